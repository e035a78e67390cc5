"""A wall hides a conversation everywhere; a stranger finds nothing at any address. Every address is walked."""

import asyncio
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from crossdesk.channels import services as channels
from crossdesk.channels.enums import HoldScope, Source
from crossdesk.channels.models import Account, Hold, OutboxItem, RawDelivery
from crossdesk.imports.models import Import
from crossdesk.inbox import queries as inbox
from crossdesk.inbox import services
from crossdesk.inbox.models import Act, Attachment, Conversation, Duty, Entry, Reply, SavedFilter, SavedReply
from crossdesk.insights import queries as insights
from crossdesk.insights.values import Window
from crossdesk.journal.models import AuditEntry, Fact, Job
from crossdesk.kit import clock
from crossdesk.messages import services as messages
from crossdesk.messages.models import Contact, Correction, Media, Message
from crossdesk.notices.models import Notice
from crossdesk.org import services as org
from crossdesk.org.enums import Role
from crossdesk.org.models import Department, Hours, Member, User
from crossdesk.triage import services as triage
from crossdesk.triage.judging import Answer
from crossdesk.triage.models import Label, Sample
from crossdesk.web.live import release
from tests.channels.factories import AccountAccessFactory, AccountFactory
from tests.channels.fake import PICTURE, said
from tests.conftest import NOON, actor_of, settle
from tests.inbox.factories import after
from tests.org.factories import HolidayFactory, MemberFactory, UserFactory
from tests.proofs.addresses import Address, every_address
from tests.triage.factories import LearnedHeadFactory, RuleFactory
from tests.web.test_live import Browser, cookie_of

SLUG = "nordwind"
ELSEWHERE = "elsewhere"
SECRET = "zyxomma"  # searched for; a search page repeats it, so that alone tells nothing
MARK = "quillback"  # stands in everything that the enclosed conversation holds
PERSON = "mallorywisp"  # who wrote it, and nothing else
OF_THE_THREAT = {
    "conversation_id",
    "contact_id",
    "message_id",
    "duty_id",
    "reply_id",
    "act_id",
    "item_id",
    "wall_id",
    "media_id",
    "notice_id",
    "sample_id",
}
OTHERS_IDS = OF_THE_THREAT | {
    "delivery_id", "job_id", "hold_id", "account_id", "department_id", "hours_id", "holiday_id", "learned_id", "member_id",
    "invitation_id", "rule_id", "saved_id", "thing_id",
}  # fmt: skip
# Enough for any form: a post must fail for who posts it, not for what is missing in it.
FORM = {
    "act": "cancel",
    "value": "answered",
    "text": "Hello",
    "seen": "999999",
    "reason": "No reason",
    "head": "intent",
}
QUERIES = {"inbox": ("", f"?q={SECRET}", "?state=waiting"), "scoreboard": ("", "?part=numerator", "?part=missed")}
# Pages of nobody's workspace. A new address outside of workspaces has to be named here, or the walk fails.
FOR_EVERYBODY = {
    "", "welcome", "welcome/<slug:token>", "sign-in", "sign-out", "join/<slug:token>", "reset/<slug:token>", "theme", "gallery", "gallery/inbox",
    "gallery/error/<int:status>", "in/<slug:network>/<slug:key>/", "oauth/<slug:network>/back",
    "oauth/<slug:network>/client-metadata.json",
}  # fmt: skip


# What shows the conversation before the wall stands, to everybody: the walk looks where there is something to see.
SHOWN = {
    "inbox/<slug:key>?state=waiting",
    "inbox/<slug:key>/rows?state=waiting",
    "inbox/<slug:key>?q=zyxomma",
    "inbox/<slug:key>/rows?q=zyxomma",
    "inbox/<slug:key>/<int:conversation_id>",
    "conversations/<int:conversation_id>/main",
    "contacts/<int:contact_id>/said",
    "media/<int:media_id>",
    "scoreboard/<slug:key>",
    "scoreboard/<slug:key>.csv",
    "quality/label/<int:sample_id>",
}


class Company:
    """A brand with all presets; somebody threatened it, customer service answered, and others wrote too."""

    def __init__(self) -> None:
        self.workspace = org.create_workspace(
            slug=SLUG, name="Nordwind", time_zone="UTC", owner=UserFactory(), now=NOON
        )  # fmt: skip
        self.desks = {desk.key: desk for desk in Department.objects.filter(workspace=self.workspace)}
        self.account = AccountFactory(workspace=self.workspace, external_id="us")
        for desk in self.desks.values():
            AccountAccessFactory(account=self.account, department=desk)
        self.insider = self.member(Role.LEAD, *self.desks)
        self.hr = self.member(Role.MEMBER, "human_resources", "customer_service")
        self.administrator = self.member(Role.ADMINISTRATOR, *self.desks)
        words = f"@brand Where is my parcel {SECRET} {MARK}? This is the third time, I know where you live and I will kill you!"
        self.hear(said("m2", "@brand Where is my parcel?", author="anna", at=1))
        self.without_it = self.counted(self.hr)
        self.hear(said("m1", words, author=PERSON, media=["https://fake.example/1.png"]))
        messages.keep_media(message_id=Message.objects.get(external_id="m1").pk, now=clock.now())
        self.threat = Conversation.objects.get(contact=Contact.objects.get(identities__handle=PERSON))
        self.wall = org.open_wall(
            kind="threat", name=f"Wall {MARK}", reason="Danger", by=actor_of(self.insider), now=NOON
        )
        self.act(services.note, text=f"Call the police about {MARK}.")
        self.act(services.tag, name=MARK)
        self.act(services.reply, text=f"We take this seriously, {MARK}.", saw_entry_id=self.last_entry())
        OutboxItem.objects.update(state="refused", error=f"Too rude: {MARK}")  # stays on the operations page

    def member(self, role: str, *desks: str) -> Member:
        return MemberFactory(workspace=self.workspace, role=role, seats=[self.desks[key] for key in desks])

    def hear(self, *deliveries: Any) -> None:
        channels.store_deliveries(account_id=self.account.pk, deliveries=deliveries, source=Source.POLL, now=NOON)
        settle(until=NOON)

    def act(self, do: Any, **given: Any) -> None:
        do(conversation_id=self.threat.pk, by=actor_of(self.insider), now=after(minutes=5), **given)
        rest()

    def last_entry(self) -> int:
        return Entry.objects.filter(conversation=self.threat).latest("id").pk

    def enclose(self) -> None:
        services.enclose(
            conversation_id=self.threat.pk, wall_id=self.wall.pk, reason=f"About {MARK}", by=actor_of(self.insider),
            now=after(minutes=10),
        )  # fmt: skip
        rest()

    def counted(self, member: Member) -> tuple[int, int, int]:
        """What the member's queues count, what their list holds, and what a figure is made of."""
        actor, window = actor_of(member), Window.until(NOON.date(), days=7)
        return (
            sum(work.open for work in inbox.counts(actor).departments.values()),
            len(inbox.conversations(actor).rows),
            insights.value(actor, "needs_reply_share", window).denominator,
        )

    def in_hand(self) -> Attachment:
        """A picture that the insider is about to send with an answer to the threat; its file is not there."""
        return Attachment.objects.create(
            workspace=self.workspace, conversation=self.threat, by=self.insider, key="no-file", name="letter.png",
            mime="image/png", width=1, height=1, size=1, digest="0" * 64, created_at=after(minutes=20),
        )  # fmt: skip

    def saved_reply(self) -> SavedReply:
        """A text for everybody."""
        return SavedReply.objects.create(
            workspace=self.workspace, title="Thanks", shortcut="thanks", text="Thank you.", changed_at=after(minutes=20)
        )

    def sample_of_threat(self) -> Sample:
        """What the threat said, to label, as the week's draw has it, and labelled by the insider."""
        triage.draw_week(workspace_id=self.workspace.pk, now=after(minutes=20))
        sample = Sample.objects.get(message__external_id="m1")
        answer = Answer(
            needs_reply=True, intents=["threat"], sentiment="negative", urgency="p1", safety=["threat"],
            department_id=self.desks["risk"].pk,
        )  # fmt: skip
        triage.label(sample_id=sample.pk, answer=answer, by=actor_of(self.insider), now=after(minutes=21))
        return sample

    def kept_filter(self) -> SavedFilter:
        """A filter of the insider's own."""
        return SavedFilter.objects.create(
            workspace=self.workspace,
            owner=self.insider,
            name="Parcels",
            terms={"text": "parcel"},
            created_at=after(minutes=20),
        )

    def people(self) -> list[tuple[str, Member]]:
        return [("insider", self.insider), ("hr", self.hr), ("administrator", self.administrator)]

    def ids(self) -> dict[str, object]:
        """Real values for every parameter of the table, those of the threat where it has one."""
        row = self.threat
        by = actor_of(self.administrator)
        hold = channels.put_hold(
            scope=HoldScope.TAG, tag="drill", reason="A drill", by=by, now=after(minutes=20)
        )  # fmt: skip
        invitation, _ = org.invite(
            email="new@nordwind.example", role=Role.MEMBER, department_ids=[], by=by, now=after(minutes=20)
        )
        return {
            "conversation_id": row.pk,
            "contact_id": row.contact_id,
            "other_id": Contact.objects.get(identities__handle="anna").pk,
            "media_id": Media.objects.get(message__external_id="m1").pk,
            "message_id": Message.objects.get(external_id="m1").pk,
            "notice_id": Notice.objects.create(
                workspace=self.workspace,
                member=self.administrator,
                conversation=row,
                kind="assigned",
                key="walk",
                at=after(minutes=10),
            ).pk,
            "duty_id": Duty.objects.filter(conversation=row).latest("id").pk,
            "reply_id": Reply.objects.get(conversation=row).pk,
            "correction_id": messages.correct(
                message_id=Message.objects.get(external_id="m1").pk,
                head="urgency",
                value="p1",
                by=by,
                now=after(minutes=20),
            ).pk,
            "act_id": Act.objects.filter(conversation=row).latest("id").pk,
            "item_id": OutboxItem.objects.get(conversation_id=row.pk).pk,
            "delivery_id": RawDelivery.objects.order_by("id")[0].pk,
            "job_id": Job.objects.filter(workspace_id=self.workspace.pk).latest("id").pk,
            "hold_id": hold.pk,
            "account_id": self.account.pk,
            "import_id": Import.objects.create(
                workspace=self.workspace,
                name="history.csv",
                size=1,
                digest="0",
                by_name="Ona Owner",
                created_at=after(minutes=20),
            ).pk,
            "network": "webhook",
            "in:key": "nobody",
            "department_id": self.desks["human_resources"].pk,
            "hours_id": Hours.objects.get(department=self.desks["human_resources"]).pk,
            "learned_id": LearnedHeadFactory(workspace=self.workspace, active=True).pk,
            "holiday_id": HolidayFactory(department=self.desks["human_resources"]).pk,
            "member_id": self.hr.pk,
            "invitation_id": invitation.pk,
            "rule_id": RuleFactory(workspace=self.workspace).pk,
            "wall_id": self.wall.pk,
            "intent": "complaint",
            "inbox:key": "all",
            "desks:key": "customer_service",
            "organisation:key": "departments",
            "what": "department-name",
            "thing_id": self.desks["human_resources"].pk,
            "batch": uuid4(),
            "filter_id": self.kept_filter().pk,
            "saved_id": self.saved_reply().pk,
            "attachment_id": self.in_hand().pk,
            "scoreboard:key": "needs_reply_share",
            "head": "intents",
            "sample_id": self.sample_of_threat().pk,
            "name": "take",
        }


def rest() -> None:
    settle(until=after(minutes=5))


@pytest.fixture
def company(db):
    with clock.standing_at(after(minutes=30)):
        yield Company()


@pytest.fixture
def stranger(db):
    """The owner of another workspace."""
    owner = UserFactory()
    org.create_workspace(slug=ELSEWHERE, name="Elsewhere", time_zone="UTC", owner=owner, now=NOON)
    return Member.objects.get(user=owner)


def form_for(address: Address, ids: dict[str, object]) -> dict[str, str]:
    chosen = {"ask": "department_id", "enclose": "wall_id"}.get(address.route.rsplit("/", 1)[-1])
    return FORM | ({"value": str(ids[chosen])} if chosen else {})


def client_of(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def below_workspaces() -> list[Address]:
    return [address for address in every_address() if address.of_workspace]


def shown_to(member: Member, ids: dict[str, object]) -> set[str]:
    """The routes at which the member reads of the threat: pages and fragments, searches and parts included."""
    client, found = client_of(member), set()
    for address in below_workspaces():
        filled = address.filled(SLUG, ids)
        for query in QUERIES.get(filled.split("/")[3], ("",)):
            for headers in ({}, {"HX-Request": "true"}):
                answer = client.get(filled + query, headers=headers)
                body = b"".join(answer) if answer.streaming else answer.content
                if body == PICTURE or any(word in body.decode() for word in (MARK, PERSON)):
                    found.add(address.route.removeprefix("w/<slug:slug>/") + query)
    return found


def everything_written() -> dict[str, int]:
    tables: list[Any] = [
        Fact,
        AuditEntry,
        Act,
        Label,
        Entry,
        Reply,
        OutboxItem,
        Hold,
        Account,
        Correction,
        Member,
        User,
    ]
    states = {f"item {row.pk} {row.state}": 1 for row in OutboxItem.objects.all()}
    return {table.__name__: table.objects.count() for table in tables} | states


def status_and_words(answer: Any) -> tuple[int, str]:
    """The answer, without the token that is another one each time."""
    return answer.status_code, re.sub(
        r'(csrfmiddlewaretoken" value|X-CSRFToken": )"?[^">]+', "", answer.content.decode()
    )


def test_who_stands_outside_a_wall_sees_nothing_of_it_at_any_address(company):
    ids = company.ids()
    before = {name: shown_to(member, ids) for name, member in company.people()}

    company.enclose()

    assert {name: SHOWN - routes for name, routes in before.items()} == {name: set() for name in before}
    assert "operations/outbox" in before["administrator"]
    assert {name: shown_to(member, ids) for name, member in company.people()} == {
        "insider": before["insider"],
        "hr": set(),
        "administrator": set(),
    }


def test_outside_a_wall_the_conversation_is_in_no_count_and_no_figure(company):
    company.enclose()

    assert company.without_it[1] == 1
    assert company.counted(company.hr) == company.counted(company.administrator) == company.without_it
    assert all(more > less for more, less in zip(company.counted(company.insider), company.without_it, strict=True))


def test_outside_a_wall_an_address_of_it_answers_as_if_it_had_never_been(company):
    ids = company.ids()
    company.enclose()
    nowhere = ids | dict.fromkeys(OF_THE_THREAT, 999_999)
    written = everything_written()
    told: list[tuple[str, str, str, int]] = []
    walked = [address for address in below_workspaces() if OF_THE_THREAT & set(address.names)]

    for member in (company.hr, company.administrator):
        client = client_of(member)
        for address in walked:
            form = form_for(address, ids)
            here, gone = address.filled(SLUG, ids), address.filled(SLUG, nowhere)
            for call in (client.get, client.post):
                status, words = status_and_words(call(here, form))
                if status not in (403, 404, 405) or (status, words) != status_and_words(call(gone, form)):
                    told.append((member.role, call.__name__, address.route, status))

    assert told == []
    assert everything_written() == written
    assert len(walked) >= 15


def test_a_stranger_finds_nothing_at_any_address(company, stranger):
    ids, client = company.ids(), client_of(stranger)
    written = everything_written()

    answers = {
        (address.route, slug): [
            call(address.filled(slug, ids), form_for(address, ids)).status_code for call in (client.get, client.post)
        ]
        for address in below_workspaces()
        for slug in (SLUG, ELSEWHERE)
        if slug == SLUG or OTHERS_IDS & set(address.names)
    }

    wrong = {where: both for where, both in answers.items() if not (404 in both and set(both) <= {404, 405})}
    assert wrong == {}
    assert everything_written() == written


def test_who_is_not_signed_in_is_sent_to_the_door_at_every_address(company, client):
    ids, written = company.ids(), everything_written()

    for address in below_workspaces():
        filled = address.filled(SLUG, ids)
        answers = [call(filled, FORM) for call in (client.get, client.post)]
        doors = [answer.headers["Location"] for answer in answers if answer.status_code == 302]
        assert doors, address.route
        assert {door.split("?")[0] for door in doors} == {"/sign-in"}, address.route
        assert {answer.status_code for answer in answers} <= {302, 405}, address.route

    assert everything_written() == written


def test_what_lies_outside_of_workspaces_is_known_by_name():
    assert {address.route for address in every_address() if not address.of_workspace} == FOR_EVERYBODY


def test_the_walk_stops_at_an_address_that_it_cannot_fill_in():
    with pytest.raises(AssertionError, match="does not know what to put for “spell”"):
        Address("w/<slug:slug>/wizards/<int:spell>").filled(SLUG, {})


@pytest.mark.django_db(transaction=True)
def test_no_live_line_outside_a_wall_hears_of_it():
    with clock.standing_at(after(minutes=30)):
        company = Company()
        company.enclose()
    cookies = {name: cookie_of(member) for name, member in company.people()}

    async def hear(cookie):
        heard: set[int] = set()
        async with Browser(cookie, SLUG) as browser:
            while (news := await browser.heard(1.0)) is not None:
                heard |= set(news["conversations"])
        return heard

    async def scene():
        return {name: await hear(cookie) for name, cookie in cookies.items()}

    heard = asyncio.run(scene())
    release()

    everything = set(Conversation.objects.values_list("pk", flat=True))
    others = everything - {company.threat.pk}
    assert heard == {"insider": everything, "hr": others, "administrator": others}
