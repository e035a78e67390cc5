"""One person on two networks: suggested, joined, put back, refused; and nothing to be learned behind walls."""

from datetime import timedelta

import pytest

from crossdesk.journal import changes
from crossdesk.journal.models import AuditEntry, Fact
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.messages import queries, services
from crossdesk.messages.enums import Likeness, Strength
from crossdesk.messages.models import Contact, Identity, KeptApart, Message, NamedAddress
from crossdesk.messages.same_person import Suggestion, suggestions
from crossdesk.messages.services.joining import NotSuggested, OtherWalls, SamePlace
from tests.channels.factories import NOON, AccountAccessFactory, AccountFactory
from tests.conftest import actor_of
from tests.messages.factories import IdentityFactory, MessageFactory
from tests.org.factories import MemberFactory, WallFactory, WallMemberFactory

LATER = NOON + timedelta(hours=1)


class Company:
    """Two accounts on two networks that one department answers, and a member of it."""

    def __init__(self) -> None:
        self.access = AccountAccessFactory()
        self.department, self.workspace = self.access.department, self.access.account.workspace
        self.here = self.access.account
        self.there = self.account("two", "two.example")
        self.member = MemberFactory(workspace=self.workspace, seats=[self.department])

    def account(self, network: str, host: str, **access: bool):
        account = AccountFactory(workspace=self.workspace, network=network, host=host)
        AccountAccessFactory(account=account, department=self.department, **access)
        return account

    @property
    def actor(self) -> Actor:
        return actor_of(self.member)

    def wall(self, *members):
        wall = WallFactory(workspace=self.workspace)
        for member in members:
            WallMemberFactory(wall=wall, member=member)
        return wall

    def writes(self, account, handle: str, *, wall=None, sent_at=NOON, **profile: str) -> Identity:
        """Somebody writes to an account."""
        identity = IdentityFactory(
            contact__workspace=self.workspace, contact__name=profile.get("name") or handle, network=account.network,
            host=account.host, handle=handle, contact__first_seen_at=sent_at, contact__last_seen_at=sent_at, **profile,
        )  # fmt: skip
        MessageFactory(account=account, identity=identity, wall=wall, sent_at=sent_at)
        return identity

    def pair(self, **given) -> tuple[Identity, Identity]:
        """The same whole handle on both networks."""
        return self.writes(self.here, "ines@lisboa.example"), self.writes(self.there, "ines@lisboa.example", **given)

    def suggested(self, identity: Identity, actor: Actor | None = None) -> list[tuple[int, Likeness]]:
        actor = actor or self.actor
        found = suggestions(actor, list(queries.identities_of(actor, Contact.objects.get(pk=identity.contact_id))))
        return [(one.contact_id, one.likeness) for one in found]

    def join(self, one: Identity, other: Identity, actor: Actor | None = None) -> None:
        services.join_contacts(keep_id=one.contact_id, other_id=other.contact_id, by=actor or self.actor, now=LATER)

    def put_back(self, actor: Actor | None = None) -> None:
        entry = AuditEntry.objects.latest("id")
        changes.put_back(entry_ids=[entry.pk], by=actor or self.actor, now=LATER)


@pytest.fixture
def company(db) -> Company:
    return Company()


def stands() -> dict[str, object]:
    """Everything that a join may touch."""
    return {
        "contacts": list(Contact.objects.order_by("pk").values()),
        "identities": list(Identity.objects.order_by("pk").values()),
        "messages": list(Message.objects.order_by("pk").values()),
    }


def test_the_likeliest_comes_first_with_why_and_how_strong(company):
    ines = company.writes(company.here, "ines_f82", name="Ines Ferreira", bio="elsewhere: @ines@two.example")
    three, four = company.account("three", "three.example"), company.account("four", "four.example")
    name = company.writes(three, "inesf82", name="Ines Ferreira")
    handle = company.writes(four, "ines_f82")
    each = company.writes(company.there, "ines", bio="and ines_f82@fake.example")
    company.writes(company.there, "inesferreira", name="Nora Ferreira")

    found = suggestions(company.actor, list(queries.identities_of(company.actor, ines.contact)))

    assert found == [
        Suggestion(each.contact_id, [each], Likeness.EACH_OTHER),
        Suggestion(handle.contact_id, [handle], Likeness.HANDLE),
        Suggestion(name.contact_id, [name], Likeness.NAME),
    ]
    assert [one.strength for one in found] == [Strength.STRONG, Strength.GOOD, Strength.WEAK]


def test_a_profile_that_names_this_one_is_found_by_what_it_names(company):
    ines = company.writes(company.here, "ines", url="https://fake.example/people/Ines")
    other = company.writes(company.there, "rumpel", bio="Also at https://fake.example/people/Ines.")
    services.naming.keep_named([other])

    assert company.suggested(ines) == [(other.contact_id, Likeness.NAMED_BY)]
    assert company.suggested(other) == [(ines.contact_id, Likeness.NAMES)]

    other.bio = ""
    other.save()
    services.naming.keep_named([], [other])
    assert not NamedAddress.objects.exists()
    assert company.suggested(ines) == []


def test_a_name_or_a_handle_that_many_have_suggests_nobody(company):
    ines = company.writes(company.here, "care_team", name="Ines Ferreira")
    for number in range(4):
        company.writes(company.account(f"n{number}", "x.example"), "care_team", name="Ines Ferreira")

    assert company.suggested(ines) == []


@pytest.mark.parametrize("others", [1, 3])
def test_any_number_of_suggestions_costs_the_same(company, django_assert_num_queries, others):
    ines = company.writes(company.here, "ines@lisboa.example", name="Ines Ferreira")
    for number in range(others):
        company.writes(company.account(f"n{number}", "x.example"), "ines@lisboa.example")
    identities, actor = list(queries.identities_of(company.actor, ines.contact)), company.actor

    with django_assert_num_queries(5):  # where they wrote, addresses, names, who names them, the suggested
        assert len(suggestions(actor, identities)) == others


def test_who_may_only_read_is_asked_nothing(company, django_assert_num_queries):
    ines, _ = company.pair()
    company.access.respond = False
    company.access.save()
    identities, actor = list(queries.identities_of(company.actor, ines.contact)), company.actor

    with django_assert_num_queries(1):
        assert suggestions(actor, identities) == []


def test_joining_moves_all_that_is_theirs_and_undo_puts_exactly_that_back(company):
    ines, other = company.pair(sent_at=NOON + timedelta(minutes=5))
    ours = MessageFactory(account=company.there, ours=True, contact=other.contact)
    before = stands()

    company.join(ines, other)

    assert set(Identity.objects.values_list("contact_id", flat=True)) == {ines.contact_id}
    assert set(Message.objects.values_list("contact_id", flat=True)) == {ines.contact_id}
    keep = Contact.objects.get(pk=ines.contact_id)
    assert (keep.first_seen_at, keep.last_seen_at) == (NOON, NOON + timedelta(minutes=5))
    assert queries.contact(company.actor, other.contact_id) is None
    assert [one.pk for one in queries.identities_of(company.actor, keep)] == [ines.pk, other.pk]
    assert len(queries.said_by(company.actor, keep.pk)) == 2
    assert company.suggested(ines) == []
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.by_member_id, entry.before, entry.after, entry.subject_name, entry.wall_id) == (
        "contact.joined", company.member.pk, {str(other.pk): other.contact_id}, {str(other.pk): keep.pk}, "", None,
    )  # fmt: skip

    company.put_back()

    assert stands() == before
    assert Message.objects.get(pk=ours.pk).contact_id == other.contact_id
    assert company.suggested(ines) == [(other.contact_id, Likeness.HANDLE)]
    assert [(fact.kind, fact.body["apart"]) for fact in Fact.objects.order_by("pk")] == [
        ("ContactsJoined", False), ("ContactsJoined", True),
    ]  # fmt: skip

    company.put_back()  # the way back has one too
    assert set(Message.objects.values_list("contact_id", flat=True)) == {ines.contact_id}


def test_what_was_said_since_goes_with_who_said_it(company):
    ines, other = company.pair()
    company.join(ines, other)
    other.refresh_from_db()
    new = MessageFactory(account=company.there, identity=other, sent_at=LATER)
    mine = MessageFactory(account=company.here, identity=Identity.objects.get(pk=ines.pk), sent_at=LATER)

    company.put_back()

    assert Message.objects.get(pk=new.pk).contact_id == Identity.objects.get(pk=other.pk).contact_id != ines.contact_id
    assert Message.objects.get(pk=mine.pk).contact_id == ines.contact_id
    assert Contact.objects.get(pk=Identity.objects.get(pk=other.pk).contact_id).last_seen_at == LATER


def test_a_join_on_which_another_was_built_is_not_put_back_over_it(company):
    ines, other = company.pair()
    third = company.writes(company.account("three", "x.example"), "ines@lisboa.example")
    company.join(ines, other)
    first = AuditEntry.objects.get()
    company.join(third, ines)
    before = stands()

    with pytest.raises(changes.ChangedSince):
        changes.put_back(entry_ids=[first.pk], by=company.actor, now=LATER)

    assert stands() == before
    company.put_back()
    changes.put_back(entry_ids=[first.pk], by=company.actor, now=LATER)
    assert Identity.objects.values("contact_id").distinct().count() == 3


def test_going_the_way_back_and_forth_never_puts_two_of_one_place_together(company):
    ines, other = company.pair()
    company.join(ines, other)
    company.put_back()
    parted = AuditEntry.objects.latest("id")
    company.join(ines, company.writes(company.there, "ines@lisboa.example"))

    with pytest.raises(SamePlace):
        changes.put_back(entry_ids=[parted.pk], by=company.actor, now=LATER)


def test_who_was_refused_stays_refused_until_it_is_put_back(company):
    ines, other = company.pair()
    third = company.writes(company.account("three", "x.example"), "ines@lisboa.example")

    services.keep_apart(contact_id=ines.contact_id, other_id=other.contact_id, by=company.actor, now=LATER)

    apart = AuditEntry.objects.get()
    assert [(row.one_id, row.other_id, row.by_id) for row in KeptApart.objects.all()] == [
        (*sorted((ines.pk, other.pk)), company.member.pk)
    ]
    assert company.suggested(ines) == [(third.contact_id, Likeness.HANDLE)]
    assert company.suggested(other) == [(third.contact_id, Likeness.HANDLE)]
    with pytest.raises(NotSuggested):
        company.join(ines, other)
    company.join(ines, third)
    assert company.suggested(other) == []  # who was refused is part of whom it would be joined with

    changes.put_back(entry_ids=[apart.pk], by=company.actor, now=LATER)
    assert company.suggested(other) == [(ines.contact_id, Likeness.HANDLE)]
    company.put_back()
    assert company.suggested(other) == []


def test_only_who_may_answer_both_joins_them(company):
    ines, other = company.pair()
    reader = MemberFactory(workspace=company.workspace, seats=[company.department], role="viewer")
    halfway = company.account("three", "x.example", respond=False)
    unanswered = company.writes(halfway, "ines@lisboa.example")
    stranger = actor_of(MemberFactory())

    assert "work" not in actor_of(reader).rights
    with pytest.raises(NotAllowed):
        company.join(ines, other, actor_of(reader))
    with pytest.raises(NotAllowed):
        company.join(unanswered, ines)
    with pytest.raises(NotSuggested):
        company.join(ines, unanswered)
    with pytest.raises(NotFound):
        company.join(ines, other, stranger)
    assert not AuditEntry.objects.exists()

    company.join(ines, other)
    assert not changes.can_put_back(actor_of(reader), AuditEntry.objects.get())
    assert changes.can_put_back(company.actor, AuditEntry.objects.get())


def test_who_stands_outside_learns_nothing_of_who_wrote_behind_a_wall(company):
    outside, insider = company.actor, MemberFactory(workspace=company.workspace, seats=[company.department])
    wall = company.wall(insider)
    ines = company.writes(company.here, "ines@lisboa.example", name="Ines")
    hidden = company.writes(company.there, "ines@lisboa.example", name="Ines of the threat", wall=wall)

    assert company.suggested(ines, outside) == []
    with pytest.raises(NotFound):
        company.join(ines, hidden, outside)
    company.join(ines, hidden, actor_of(insider))

    keep, entry = Contact.objects.get(pk=ines.contact_id), AuditEntry.objects.get()
    assert entry.wall_id == wall.pk
    assert Fact.objects.get().wall_id == wall.pk
    assert list(queries.identities_of(outside, keep)) == [ines]
    assert len(queries.said_by(outside, keep.pk)) == 1
    assert len(queries.said_by(actor_of(insider), keep.pk)) == 2
    with pytest.raises(NotFound):
        changes.put_back(entry_ids=[entry.pk], by=outside, now=LATER)
    company.put_back(actor_of(insider))
    assert Identity.objects.get(pk=hidden.pk).contact_id == hidden.contact_id


def test_behind_two_walls_they_stay_two(company):
    insider = MemberFactory(workspace=company.workspace, seats=[company.department])
    ines = company.writes(company.here, "ines@lisboa.example", wall=company.wall(insider))
    other = company.writes(company.there, "ines@lisboa.example", wall=company.wall(insider))

    with pytest.raises(OtherWalls):
        company.join(ines, other, actor_of(insider))

    assert not AuditEntry.objects.exists()


def test_an_account_that_one_may_not_read_is_like_a_wall(company):
    ines, other = company.pair()
    company.join(ines, other)
    elsewhere = MemberFactory(workspace=company.workspace)
    AccountAccessFactory(account=company.here, department=elsewhere.seats.get().department)

    assert list(queries.identities_of(actor_of(elsewhere), Contact.objects.get(pk=ines.contact_id))) == [ines]
