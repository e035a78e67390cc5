"""What the command palette finds on the server: conversations by person, and by words that were said."""

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from crossdesk.inbox import queries as inbox
from crossdesk.inbox.models import Conversation
from crossdesk.web.access import Request, member_page
from crossdesk.web.jinja import network_icon
from crossdesk.web.pages.inbox import show

LEAST, MOST, EXCERPT = 2, 6, 90


@require_GET
@member_page
def found(request: Request) -> HttpResponse:
    """Rows of the palette: {group, label, note, icon, address}. Nothing for less than two signs."""
    words = request.GET.get("q", "").strip()[:200]
    if len(words) < LEAST:
        return JsonResponse({"found": []})
    people = inbox.of_people(request.actor, words, limit=MOST)
    here = {row.pk for row in people}
    hits = [hit for hit in inbox.find(request.actor, words, limit=3 * MOST).hits if hit.conversation.pk not in here]
    rows = [_row(request, row, _("People"), row.excerpt) for row in people]
    rows += [_row(request, hit.conversation, _("Conversations"), hit.message.text) for hit in hits[:MOST]]
    return JsonResponse({"found": rows})


def _row(request: Request, row: Conversation, group: str, text: str) -> dict[str, str]:
    name = row.identity.name or row.identity.handle
    return {
        "group": group,
        "label": f"{name} @{row.identity.handle.lstrip('@')}",
        "note": " ".join(text.split())[:EXCERPT],
        "icon": network_icon(row.account.network),
        "address": show.open_address(request.workspace.slug, "all", row.pk),
    }
