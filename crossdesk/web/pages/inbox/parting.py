"""An answer that is too long for one post: offered as several, with what stands in each."""

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crossdesk.channels import parting
from crossdesk.channels.room import Room, room_on
from crossdesk.inbox import queries
from crossdesk.inbox.enums import Parting
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.inbox.cards.composer import Parts, Piece
from crossdesk.web.sentences import spoken


@require_POST
@member_page
def preview(request: Request, conversation_id: int) -> HttpResponse:
    """What is written, as the posts in which it would leave; nothing where it is one post."""
    rows = queries.visible_to(request.actor).select_related("account", "identity")
    row = rows.filter(pk=conversation_id).first()
    if row is None:
        raise Http404
    text = request.POST.get("text", "")
    parts = offered(text, room_on(row.account), row.identity.handle, chosen_in(request.POST))
    return render(request, "inbox/_parts.html.jinja", {"parts": parts})


def chosen_in(given: QueryDict) -> Parting:
    """What the composer's form says."""
    if not given.get("in_parts"):
        return Parting.ONE
    return Parting.NUMBERED if given.get("numbered") else Parting.PLAIN


def offered(text: str, room: Room, handle: str, chosen: str) -> Parts | None:
    """The offer to send it as several posts. None where the network has no threads, or it is one post."""
    over = room.length(text.strip(), handle) - room.text
    if not room.threads or not (over > 0 or parting.wants_parts(text)):
        return None
    sentence = (
        ngettext("Too long for one post by %(count)d sign.", "Too long for one post by %(count)d signs.", over)
        if over > 0
        else _("A line of dashes begins a new post.")
    ) % {"count": over}
    numbered = chosen == Parting.NUMBERED
    try:
        texts = room.parts(text, handle, numbered=numbered)
    except parting.CannotBeParted as error:
        return Parts(sentence, "", room.text, why_not=spoken(error.message))
    return Parts(
        sentence=sentence,
        offer=ngettext("Send as %(count)d post", "Send as %(count)d posts", len(texts)) % {"count": len(texts)},
        limit=room.text,
        pieces=tuple(Piece(each, room.length(each, handle)) for each in texts),
        chosen=chosen != Parting.ONE,
        numbered=numbered,
    )
