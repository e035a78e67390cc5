"""The list by any terms, and the filters that people keep under a name."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from crossdesk.channels.models import Account
from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Conversation, SavedFilter, Tag
from crossdesk.inbox.queries.keyset import Page, page_of
from crossdesk.inbox.queries.queues import LIST_PAGE, Line, shown
from crossdesk.inbox.queries.visible import visible_to
from crossdesk.journal.bulk import columns_of
from crossdesk.journal.prepared import Prepared
from crossdesk.kit.actor import Actor
from crossdesk.org.models import Department

ME, NOBODY = "me", "nobody"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a filter asks for; "" and None ask for nothing.

    assignee: me (whoever reads), nobody, or a member's id. text: words that were said.
    """

    state: str = ""
    department_id: int | None = None
    assignee: str = ""
    network: str = ""
    urgency: str = ""
    tag_id: int | None = None
    text: str = ""

    def as_plain(self) -> dict[str, str | int]:
        """What is asked for alone, to keep and to compare."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}


def terms_of(plain: Mapping[str, object]) -> Terms:
    """Terms again from what was kept or sent. What cannot be is left out."""

    def word(name: str, most: int = 40) -> str:
        return str(plain.get(name) or "")[:most].strip()

    def number(name: str) -> int | None:
        text = word(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    state, assignee = word("state"), word("assignee")
    return Terms(
        state=state if state in State.values else "",
        department_id=number("department_id"),
        assignee=assignee if assignee in (ME, NOBODY) or number("assignee") is not None else "",
        network=word("network"),
        urgency=word("urgency"),
        tag_id=number("tag_id"),
        text=word("text", 200),
    )


def narrowed(actor: Actor, terms: Terms) -> QuerySet[Conversation]:
    """Conversations that fit, but for the words."""
    rows = visible_to(actor)
    if terms.state:
        rows = rows.filter(state=terms.state)
    if terms.department_id is not None:
        rows = rows.filter(department_id=terms.department_id)
    if terms.assignee == NOBODY:
        rows = rows.filter(assignee=None)
    elif terms.assignee:
        rows = rows.filter(assignee_id=(actor.member_id or 0) if terms.assignee == ME else int(terms.assignee))
    if terms.network:
        accounts = Account.objects.filter(workspace_id=actor.workspace_id, network=terms.network)
        rows = rows.filter(account_id__in=accounts.values("pk"))
    if terms.urgency:
        rows = rows.filter(urgency=terms.urgency)
    if terms.tag_id is not None:
        rows = rows.filter(tags=terms.tag_id)
    return rows


def listed(actor: Actor, terms: Terms, *, after: str = "", before: str = "", limit: int = LIST_PAGE) -> Page[Line]:
    """Conversations that fit, newest first, whatever words the terms name (`find` looks for those). Two queries."""
    page = page_of(
        narrowed(actor, terms), "last_at", newest_first=True, limit=limit, after=after, before=before, shown=shown
    )
    return Page(rows=[Line(row) for row in page.rows], before=page.before, after=page.after)


def saved_filters(actor: Actor) -> list[SavedFilter]:
    """The actor's own filters and those of their departments, by name. One query."""
    return _SAVED.load(workspace=actor.workspace_id, member=actor.member_id or 0, departments=actor.departments)


def _saved(*, workspace: int, member: int, departments: Collection[int]) -> QuerySet[SavedFilter]:
    rows = SavedFilter.objects.filter(workspace_id=workspace, removed_at=None)
    return rows.filter(Q(owner_id=member) | Q(department_id__in=departments)).order_by("name", "id")


_SAVED = Prepared(SavedFilter, _saved, (*columns_of(SavedFilter), *columns_of(Department, "department__")))


def saved_filter(actor: Actor, filter_id: int) -> SavedFilter | None:
    """One of them. One query."""
    return next((row for row in saved_filters(actor) if row.pk == filter_id), None)


def tags(actor: Actor) -> list[Tag]:
    """The words that stand on what the actor may see, by name: a wall hides those of its conversations. One query."""
    seen = visible_to(actor).filter(tags=OuterRef("pk"))
    return list(Tag.objects.filter(Exists(seen), workspace_id=actor.workspace_id).order_by("name", "id"))
