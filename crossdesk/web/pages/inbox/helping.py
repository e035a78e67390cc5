"""What helps while one writes: saved replies by `/`, people by `@`, tags by `#`, and emoji."""

from django.http import Http404, JsonResponse
from django.views.decorators.http import require_GET

from crossdesk.inbox import queries, services
from crossdesk.inbox.models import Conversation
from crossdesk.kit.actor import Actor
from crossdesk.messages import queries as messages
from crossdesk.org import queries as org
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.inbox.emoji import GROUPS
from crossdesk.web.pages.inbox.thread import name_of


@require_GET
@member_page
def words(request: Request, conversation_id: int) -> JsonResponse:
    """Everything that the lists of the composer offer in this conversation, with placeholders filled."""
    row = (
        queries.visible_to(request.actor)
        .filter(pk=conversation_id)
        .select_related("identity", "contact", "account")
        .first()
    )
    if row is None:
        raise Http404
    people = [{"handle": one.handle.lstrip("@"), "name": one.name} for one in queries.people_in(request.actor, row.pk)]
    values = _values(row, request.actor)
    saved = [
        {
            "id": one.pk,
            "title": one.title,
            "shortcut": one.shortcut,
            "text": services.filled(one.text, values),
            "where": one.department.name if one.department else "",
        }
        for one in queries.saved_replies(request.actor)
    ]
    colleagues = [
        {"name": name_of(one)} for one in org.members(request.actor) if one.active and one.pk != request.actor.member_id
    ]
    answer = {"saved": saved, "people": people, "colleagues": colleagues, "tags": messages.recent_tags(request.actor)}
    response = JsonResponse(answer)
    response.headers["Cache-Control"] = "no-store"
    return response


def _values(row: Conversation, actor: Actor) -> dict[str, str]:
    name = row.identity.name or row.identity.handle.lstrip("@").split("@")[0]
    return {
        "name": name,
        "first_name": name.split()[0] if name.split() else name,
        "handle": f"@{row.identity.handle.lstrip('@')}",
        "our_name": actor.name,
        "account": f"@{row.account.handle.lstrip('@')}",
    }


@require_GET
@member_page
def emoji(request: Request) -> JsonResponse:
    """Emoji in groups, with their names in the reader's language."""
    answer = {
        "groups": [
            {"name": str(title), "emoji": [[sign, str(name)] for sign, name in members]} for title, members in GROUPS
        ]
    }
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response
