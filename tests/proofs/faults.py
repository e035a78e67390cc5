"""A company in this process whose account lives behind a fault proxy: its clock is moved, its pages are read, and what it
holds is compared with what was said on the network.

Work runs here as in the product, by facts and jobs, but at the moments that the test gives.
"""

import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from crossdesk.channels import queries as channels
from crossdesk.channels import seal
from crossdesk.channels.models import Account, Credential, OutboxItem, RawDelivery
from crossdesk.channels.ports import Connected, OutgoingMedia
from crossdesk.channels.services import connecting, outbox
from crossdesk.channels.services.asking import PULL
from crossdesk.inbox import services as inbox
from crossdesk.inbox.models import Entry, Reply
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Message
from crossdesk.org.models import Member
from crossdesk.org.services import people, workspaces
from tests.conftest import settle
from tests.proofs import inside

MINUTE = timedelta(minutes=1)
WELL = "Live"
DELAYED = "Crossdesk tries again by itself, and fills the gap when it is back."
NEEDS_SIGN_IN = "Sign in again: what was said meanwhile is fetched, and what waits is sent."


@dataclass
class Company:
    """The workspace, its owner at the pages, and our clock."""

    owner: Member
    browser: Client
    now: datetime = field(default_factory=clock.now)

    @property
    def by(self) -> Actor:
        """The owner, with access to what was connected meanwhile."""
        return channels.actor_of(Member.objects.select_related("user").get(pk=self.owner.pk))

    @property
    def account(self) -> Account:
        """The only one, as it is now."""
        return Account.objects.get()

    def at_now(self) -> AbstractContextManager[None]:
        """Our clock."""
        return clock.standing_at(self.now)

    def connect(self, network: str, host: str, **answer: str) -> Account:
        """By what a person types; what there is already is read."""
        with self.at_now():
            connecting.connect_with_token(network=network, host=host, answer=answer, by=self.by, now=self.now)
        self.work()
        return self.account

    def take(self, network: str, connected: Connected) -> None:
        """An account whose sign-in was made before; what there is already is read."""
        with self.at_now():
            connecting.save_account(network=network, connected=connected, by=self.by, now=self.now)
        self.work()

    def work(self, *, after: timedelta = timedelta()) -> None:
        """Some time later: all that is due then is done."""
        self.now += after
        with self.at_now():
            settle(until=self.now)

    def work_through(self, time: timedelta) -> int:
        """All that is due within this time, each piece when it is due. Returns how often the account was asked for."""
        end, pulls = self.now + time, 0
        while (due := self.next_pull()) is not None and due <= end:
            self.now, pulls = max(due, self.now), pulls + 1
            self.work()
        self.now = end
        self.work()
        return pulls

    def next_pull(self) -> datetime | None:
        """When the account is asked for again."""
        return Job.objects.filter(kind=PULL, dead_at=None).values_list("due_at", flat=True).first()

    def pull(self) -> None:
        """What comes in now, whenever it would have been asked for."""
        Job.objects.filter(kind=PULL).update(due_at=self.now)
        self.work()

    # What is shown

    def page(self, name: str, *args: Any) -> str:
        """A page, as words."""
        with self.at_now():
            answer = self.browser.get(reverse(f"web:{name}", args=[self.owner.workspace.slug, *args]))
        assert answer.status_code == 200, (name, answer.status_code)
        return unescape(answer.content.decode())

    def post(self, name: str, *args: Any, **form: Any) -> Any:
        """Send a form of a page."""
        with self.at_now():
            return self.browser.post(reverse(f"web:{name}", args=[self.owner.workspace.slug, *args]), form)

    def account_page(self) -> str:
        """How the account is doing, as its page says it."""
        return self.page("account", self.account.pk)

    def conversation_page(self, external_id: str) -> str:
        """The conversation in which a message stands."""
        return self.page("open", "all", self.place_of(external_id))

    # What is kept

    def place_of(self, external_id: str) -> int:
        """The conversation of a message."""
        return Entry.objects.get(message__external_id=external_id).conversation_id

    def theirs(self) -> dict[str, str]:
        """All that customers said: text by id on the network."""
        rows = list(Message.objects.filter(direction=Direction.IN).values_list("external_id", "text"))
        assert len(rows) == len(dict(rows))
        return dict(rows)

    def message(self, external_id: str) -> Message:
        """One of them."""
        return Message.objects.get(external_id=external_id)

    def raw(self, state: str) -> list[RawDelivery]:
        """What the network gave and became this, oldest first."""
        return list(RawDelivery.objects.filter(state=state).order_by("id"))

    def outbox(self) -> list[tuple[str, str]]:
        """Text and state of all that was to leave."""
        return list(OutboxItem.objects.order_by("id").values_list("text", "state"))

    def replies(self) -> list[tuple[str, str]]:
        """Text and state of all answers."""
        return list(Reply.objects.order_by("id").values_list("text", "state"))

    def reply(self, external_id: str, text: str, *attachment_ids: int) -> OutboxItem:
        """Answer a message, as from its page. What comes of it is for `work`."""
        place = self.place_of(external_id)
        newest = Entry.objects.filter(conversation_id=place).latest("pk")
        with self.at_now():
            made = inbox.reply(
                conversation_id=place, text=text, saw_entry_id=newest.pk, by=self.by, now=self.now,
                attachment_ids=attachment_ids,
            )  # fmt: skip
        assert made.outbox is not None
        return made.outbox

    def send(self, text: str, *media: OutgoingMedia) -> OutboxItem:
        """Something that answers nothing."""
        with self.at_now():
            return outbox.prepare(
                account_id=self.account.pk, text=text, by=self.by, now=self.now, origin="test:1", media=media
            )

    def nothing_lost_or_doubled(self, said: Mapping[str, str], *, unreadable: int = 0) -> None:
        """Exactly what was said is held, once, read, decided and in one place; nothing was given up."""
        assert self.theirs() == said, (self.theirs(), said)
        held = inside.report({})
        assert {external_id: entries for external_id, _, _, entries in held["theirs"]} == dict.fromkeys(said, 1)
        counted = dict.fromkeys(("stored", "read", "decided"), len(said))
        tally = {"received": len(said) + unreadable, **counted, "unreadable": unreadable}
        assert held["tally"] == tally, held["tally"]
        left = ("unparsed", "unnumbered", "given_up", "differences")
        assert {name: held[name] for name in left} == {
            "unparsed": 0, "unnumbered": 0, "given_up": [], "differences": [],
        }  # fmt: skip


def found(browser: Client, *, slug: str = "nordwind") -> Company:
    """A new company with all presets, its owner signed in."""
    now = clock.now()
    user = people.create_user(
        email="mara@nordwind.example", name="Mara Owner", password="a long enough password", now=now
    )
    workspace = workspaces.create_workspace(slug=slug, name="Nordwind", time_zone="Europe/Berlin", owner=user, now=now)
    browser.force_login(user)
    return Company(Member.objects.select_related("user", "workspace").get(workspace=workspace), browser, now)


def secrets() -> dict[str, str]:
    """What is kept of the sign-in of the only account."""
    return seal.unseal(Credential.objects.get())


@contextmanager
def memory() -> Iterator[Callable[[], int]]:
    """How much memory was held at most meanwhile, in bytes: ask after the end."""
    held = [0]
    tracemalloc.start()
    try:
        yield lambda: held[0]
    finally:
        held[0] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


def missing(page: str, words: Iterable[str]) -> list[str]:
    """Those of the words that the page does not say."""
    return [one for one in words if one not in page]
