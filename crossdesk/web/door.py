"""The address at which networks hand in. No sign-in, no session, no page: bytes in, a few words of JSON out."""

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from crossdesk.channels.ports import NotBelieved
from crossdesk.channels.services import doors
from crossdesk.kit import clock
from crossdesk.kit.errors import NotFound

ACCEPTED: Final = 202


@csrf_exempt
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest, network: str, key: str) -> HttpResponse:
    """POST: take in what is signed, 202 once it is stored. GET: answer a challenge."""
    try:
        if request.method == "GET":
            query = {name: str(value) for name, value in request.GET.items()}
            answer = doors.challenged(network=network, key=key, query=query)
            return HttpResponse(answer, content_type="text/plain; charset=utf-8")
        return _take(request, network, key)
    except (NotFound, NotBelieved, doors.TooLarge) as error:
        return JsonResponse({"error": error.message}, status=error.status)
    except doors.TooMany as error:
        headers = {"Retry-After": str(error.seconds)}
        return JsonResponse({"error": error.message}, status=error.status, headers=headers)


def _take(request: HttpRequest, network: str, key: str) -> HttpResponse:
    announced = request.META.get("CONTENT_LENGTH") or ""
    if not announced.isascii() or not announced.isdigit():
        return JsonResponse({"error": "Say in Content-Length how much it is."}, status=411)
    if len(announced) > 12 or int(announced) > doors.MOST_BYTES:
        doors.too_large(network=network, key=key)
    raw = request.read(doors.MOST_BYTES + 1)
    headers = {name.lower(): value for name, value in request.headers.items()}
    taken = doors.hand_in(network=network, key=key, raw=raw, headers=headers, now=clock.now())
    told = {"stored": taken.stored, "again": taken.again}
    return JsonResponse({**told, "problems": list(taken.problems)} if taken.problems else told, status=ACCEPTED)
