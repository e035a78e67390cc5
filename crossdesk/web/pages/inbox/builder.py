"""Puts the inbox's page together: one function for each part, so that a fragment fetches no more than it draws."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from crossdesk.inbox import policies, services
from crossdesk.inbox import queries as inbox
from crossdesk.inbox.enums import State
from crossdesk.inbox.models import SavedFilter
from crossdesk.inbox.queries import ConversationPage, Line, Page, Terms, terms_of
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor
from crossdesk.messages import queries as messages
from crossdesk.messages.models import Message
from crossdesk.messages.same_person import suggestions
from crossdesk.org import queries as org
from crossdesk.org.enums import Right
from crossdesk.org.models import Department
from crossdesk.org.rights import RIGHTS_OF_ROLE
from crossdesk.triage import queries as triage
from crossdesk.web.pages.inbox import alike, composing, conversation, filters, person, show, words
from crossdesk.web.pages.inbox.cards.listed import Queue, Row, Saved
from crossdesk.web.pages.inbox.cards.person import Contact
from crossdesk.web.pages.inbox.cards.whole import Conversation, Inbox
from crossdesk.web.pages.inbox.cards.words import Choice
from crossdesk.web.pages.inbox.setting import Setting
from crossdesk.web.pages.inbox.thread import name_of
from crossdesk.web.shell import with_query

OPEN = Terms(state=State.OPEN)
LIST_LEAST, LIST_MOST = inbox.LIST_PAGE, 500


@dataclass(frozen=True)
class Builder:
    """One reader in one queue. Each part asks the rooms only when it is drawn."""

    actor: Actor
    slug: str
    key: str
    given: Terms = OPEN
    after: str = ""
    rows_wanted: int = LIST_LEAST
    message_id: int | None = None
    must_describe: bool = False

    @cached_property
    def departments(self) -> list[Department]:
        """The workspace's desks in their order. One query."""
        return org.departments(self.actor)

    @cached_property
    def setting(self) -> Setting:
        """What a conversation is shown in."""
        rows = [row for row in org.members(self.actor) if row.active]
        return Setting(
            self.actor,
            self.slug,
            self.key,
            self.departments,
            {row.pk: name_of(row) for row in rows},
            clock.now(),
            able={row.pk for row in rows if Right.WORK in RIGHTS_OF_ROLE[row.role]},
            must_describe=self.must_describe,
        )

    @cached_property
    def filters(self) -> list[SavedFilter]:
        """The reader's kept filters. One query."""
        return inbox.saved_filters(self.actor)

    @cached_property
    def saved(self) -> SavedFilter | None:
        """The kept filter that is shown, where one is."""
        filter_id = filters.filter_id_of(self.key)
        return next((row for row in self.filters if row.pk == filter_id), None)

    @cached_property
    def terms(self) -> Terms:
        """What the list is narrowed to: by the kept filter, else by the address."""
        return terms_of(self.saved.terms) if self.saved else self.given

    @property
    def search(self) -> str:
        """Words that are looked for."""
        return self.terms.text

    @property
    def title(self) -> str:
        """The queue's name. Raises 404 for a queue that does not exist."""
        found = self.saved.name if self.saved else show.name_of_queue(self.key, self.departments)
        if not found:
            raise Http404
        return found

    @property
    def _query(self) -> dict[str, object]:
        """What an address must carry so that the list stays as it is."""
        return {} if self.saved else filters.query_of(self.given)

    def groups(self) -> Inbox:
        """The left column alone."""
        return self._page(with_rows=False)

    def listing(self) -> Inbox:
        """The list, and the name and counts of its queue."""
        return self._page()

    def whole(self, opened: Mapping[str, Any] | None = None) -> Inbox:
        """The page. opened: the panes that stand open, as `panes` gives them."""
        return self._page(**opened) if opened else self._page()

    def panes(self, conversation_id: int) -> dict[str, Any]:
        """The conversation and the person that stand open. Raises NotFound."""
        page = self.page_of(conversation_id)
        return {
            "conversation": self.conversation(page),
            # By who wrote: the conversation itself follows a moment after its people were joined.
            "contact": self.contact(
                page.conversation.identity.contact_id, back=show.open_address(self.slug, self.key, conversation_id)
            ),
        }

    def _page(
        self, *, with_rows: bool = True, conversation: Conversation | None = None, contact: Contact | None = None
    ) -> Inbox:
        title = self.title
        groups = show.groups(self.actor, self.slug, inbox.counts(self.actor), self.departments, self.key, self.filters)
        found = next((queue for group in groups for queue in group.queues if queue.current), None)
        rows, after = self._rows() if with_rows else ([], "")
        rows_address = reverse("web:queue_rows", args=[self.slug, self.key])
        return Inbox(
            groups=groups,
            queue=found or Queue(self.key, title, "inbox", "", current=True),
            rows=rows,
            queues_address=reverse("web:queues", args=[self.slug, self.key]),
            rows_address=with_query(rows_address, **self._query),
            base_address=show.queue_address(self.slug, self.key),
            hand_over_address=reverse("web:many", args=[self.slug, self.key, "hand_over"]),
            many_address=reverse("web:many_bar", args=[self.slug, self.key]),
            search_address=show.queue_address(self.slug, "all"),
            conversation=conversation,
            contact=contact,
            search=self.search,
            more_address=with_query(rows_address, **self._query, after=after) if after else "",
            continued=bool(self.after),
            status=self.terms.state,
            filter_address=with_query(reverse("web:filter", args=[self.slug]), **filters.query_of(self.terms)),
            chips=self._chips(),
            saved=self._saved(),
            statuses=self._statuses(),
        )

    def _rows(self) -> tuple[list[Row], str]:
        """The cards of one page, and what leads to the next."""
        if not self.search:
            page = self.rows()
            seen = inbox.seen(self.actor, [line.conversation.pk for line in page.rows])
            made = [show.row(line, self.slug, self.key, query=self._query, seen=seen) for line in page.rows]
            return self._with_drafts(made), page.after
        after = int(self.after) if self.after.isascii() and self.after.isdigit() else None
        limit = max(LIST_LEAST, min(self.rows_wanted, LIST_MOST))
        found = inbox.find(self.actor, self.search, after=after, limit=limit, among=self.terms)
        cards = [show.hit(one, self.slug, self.key, words_found=self.search) for one in found.hits]
        return self._with_drafts(cards), str(found.after or "")

    def _with_drafts(self, rows: list[Row]) -> list[Row]:
        """Marked where the reader has begun to write. One query."""
        begun = inbox.drafted(self.actor, [row.id for row in rows])
        return [replace(row, draft=True) if row.id in begun else row for row in rows] if begun else rows

    def rows(self) -> Page[Line]:
        """One page of the queue. Two queries."""
        limit = max(LIST_LEAST, min(self.rows_wanted, LIST_MOST))
        after = self.after
        match self.key:
            case "mine":
                return inbox.mine(self.actor, after=after, limit=limit)
            case "triage":
                return inbox.triage_queue(self.actor, after=after, limit=limit)
            case "snoozed":
                return inbox.snoozed(self.actor, after=after, limit=limit)
            case "all":
                return inbox.listed(self.actor, self.terms, after=after, limit=limit)
        if self.saved:
            return inbox.listed(self.actor, self.terms, after=after, limit=limit)
        desk = next((desk for desk in self.departments if desk.key == self.key), None)
        if desk is None:
            raise Http404
        return inbox.queue(self.actor, desk.pk, after=after, limit=limit)

    def _statuses(self) -> tuple[Choice, ...]:
        if self.key != "all" or self.search:
            return ()
        return tuple(
            Choice(
                show.queue_address(self.slug, "all", **filters.query_of(replace(self.given, state=state))),
                name,
                current=state == self.given.state,
            )
            for state, name in filters.states()
            if state != filters.ANY
        )

    def _chips(self) -> tuple[Choice, ...]:
        """What else narrows the list of all. Names are asked for only where they are shown."""
        if self.key != "all" or self.given == replace(OPEN, state=self.given.state, text=self.given.text):
            return ()
        names = {f"department:{desk.pk}": desk.name for desk in self.departments}
        names |= {f"urgency:{key}": str(name) for key, (name, _tone) in words.URGENCIES.items()}
        names |= {"assignee:me": _("Mine"), "assignee:nobody": _("Nobody's")}
        if self.given.network:
            names[f"network:{self.given.network}"] = words.network(self.given.network)
        if self.given.assignee.isdigit():
            names |= {f"assignee:{pk}": name for pk, name in self.setting.members.items()}
        if self.given.tag_id is not None:
            names |= {f"tag:{tag.pk}": f"#{tag.name}" for tag in inbox.tags(self.actor)}
        return filters.chips(self.given, self.slug, names)

    def _saved(self) -> Saved | None:
        """The kept filter's own menu, for who may change it."""
        row = self.saved
        if row is None:
            return None
        may = policies.can_change_filter(self.actor, row)
        return Saved(
            name=row.name,
            shared=row.department.name if row.department else "",
            rename_address=reverse("web:rename_filter", args=[self.slug, row.pk]) if may else "",
            remove_address=reverse("web:remove_filter", args=[self.slug, row.pk]) if may else "",
        )

    def page_of(self, conversation_id: int) -> ConversationPage:
        """The conversation with its newest lines, and those around the message one came for; its reader has seen it.

        Raises NotFound.
        """
        page = inbox.conversation_page(self.actor, conversation_id, message_id=self.message_id)
        services.see(page.conversation, by=self.actor)
        return page

    def more_lines(self, conversation_id: int, *, before: str, after: str) -> dict[str, object]:
        """Older or newer lines of a thread. Raises NotFound."""
        row, page = inbox.lines(self.actor, conversation_id, before=before, after=after)
        return conversation.more_lines(row, page, self.setting)

    def conversation(self, page: ConversationPage) -> Conversation:
        """The middle pane."""
        heard = composing.newest_heard(page.entries.rows)
        decisions = triage.decisions_for(self.actor, [heard.pk]) if heard else {}
        row = page.conversation
        veiled = triage.blind_waiting(self.actor, [row.pk]) if show.may_be_blind(row) else {}
        return conversation.card(page, self.setting, decisions, blind=veiled.get(row.pk))

    def contact(self, contact_id: int, *, back: str, focused: bool = False) -> Contact | None:
        """The person at the right. back: the page on which they stand. focused: drawn anew after an act in it."""
        row = messages.contact(self.actor, contact_id)
        if row is None:
            return None
        said = messages.said_by(self.actor, contact_id, limit=person.PAGE + 1)
        identities = messages.identities_of(self.actor, row)
        found = suggestions(self.actor, list(identities))
        return person.card(
            row,
            identities=identities,
            conversations=inbox.of_contact(self.actor, contact_id),
            messages=said[: person.PAGE],
            address="",
            older_address=self.older_said(contact_id, said),
            suggestions=alike.cards(found, slug=self.slug, contact_id=contact_id),
            back=back,
            focused=focused,
        )

    def older_said(self, contact_id: int, said: list[Message]) -> str:
        """Where what they said before comes from; empty at the end. said: one more than a page."""
        if len(said) <= person.PAGE:
            return ""
        last = said[person.PAGE - 1]
        address = reverse("web:said", args=[self.slug, contact_id])
        return with_query(address, before=f"{last.sent_at.isoformat()}~{last.pk}")
