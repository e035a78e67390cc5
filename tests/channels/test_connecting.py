from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from crossdesk.channels import queries, seal, services
from crossdesk.channels.models import Account, AccountAccess, AppRegistration, ConnectAttempt, Credential, OutboxItem
from crossdesk.channels.ports import Profile, Refused, SignInExpired
from crossdesk.channels.queries import LEVELS
from crossdesk.journal import audit, changes
from crossdesk.journal.models import AuditEntry, Fact, Job
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.channels.factories import NOON, AccountFactory, OutboxItemFactory
from tests.conftest import actor_of
from tests.org.factories import DepartmentFactory, MemberFactory

BACK = "https://desk.example/accounts/connected"


@pytest.fixture
def owner(db):
    return MemberFactory(role="owner")


@pytest.fixture
def by(owner):
    return actor_of(owner)


def start(by, host="Fake.example/", *, now=NOON):
    return services.start_connecting(network="fake", host=host, redirect_uri=BACK, by=by, now=now)


def connect(by, *, now=NOON, **answer):
    started = start(by, now=now)
    return services.finish_connecting(answer={"state": started.state, "code": "good", **answer}, by=by, now=now)


def test_an_account_is_connected_and_every_department_can_answer(by, owner):
    mine = owner.departments.get()
    other = DepartmentFactory(workspace=owner.workspace)

    account = connect(by)

    assert (account.network, account.host, account.external_id, account.handle, account.state, account.limits) == (
        "fake", "fake.example", "us", "brand", "connecting", {"max_text": 300},
    )  # fmt: skip
    assert set(
        AccountAccess.objects.values_list("department", "monitor", "respond", "publish", "approve", "manage")
    ) == {
        (mine.pk, True, True, True, True, True),
        (other.pk, True, True, False, False, False),
    }
    assert seal.unseal(Credential.objects.get()) == {"token": "good", "refresh_token": "fresh"}
    assert [fact.kind for fact in Fact.objects.all()] == ["AccountConnected"]
    assert AuditEntry.objects.get().action == "channels.connect"
    assert set(Job.objects.values_list("kind", flat=True)) == {"channels.pull", "channels.forget_old"}


def test_crossdesk_registers_once_at_each_host(by, network):
    start(by)
    start(by)
    start(by, "other.example")

    assert network.registered == 2
    assert AppRegistration.objects.count() == 2
    assert all(b"app secret" not in bytes(row.sealed) for row in AppRegistration.objects.all())


def test_a_network_without_a_sign_in_page_sends_nobody_there(by):
    with pytest.raises(Invalid, match="Webhook has no sign-in page"):
        services.start_connecting(network="webhook", host="", redirect_uri=BACK, by=by, now=NOON)

    assert not ConnectAttempt.objects.exists()


def test_the_state_that_goes_with_the_browser_is_not_in_the_table(by):
    started = start(by)

    assert parse_qs(urlsplit(started.url).query)["state"] == [started.state]
    attempt = ConnectAttempt.objects.get()
    assert started.state not in (attempt.state_hash, bytes(attempt.sealed).decode())


def test_a_sign_in_is_good_once_for_a_while_and_for_who_began_it(by, owner):
    colleague = actor_of(MemberFactory(workspace=owner.workspace, role="owner"))
    answer = {"state": start(by).state, "code": "good"}

    with pytest.raises(services.AttemptOver):
        services.finish_connecting(answer=answer, by=colleague, now=NOON)
    with pytest.raises(services.AttemptOver):
        services.finish_connecting(answer=answer, by=by, now=NOON + timedelta(hours=1))
    services.finish_connecting(answer=answer, by=by, now=NOON)
    with pytest.raises(services.AttemptOver):
        services.finish_connecting(answer=answer, by=by, now=NOON)
    with pytest.raises(services.AttemptOver):
        services.finish_connecting(answer={"code": "good"}, by=by, now=NOON)


def test_a_declined_sign_in_saves_nothing(by):
    with pytest.raises(Refused):
        connect(by, code="bad")

    assert not Account.objects.exists()


def test_a_sign_in_that_does_not_work_saves_nothing(by, network):
    network.trouble["verify"] = [SignInExpired("The token is dead.")]

    with pytest.raises(SignInExpired):
        connect(by)

    assert not Account.objects.exists()


def test_a_sign_in_as_somebody_else_saves_nothing(by, network, monkeypatch):
    answers = iter([Profile("us", "brand"), Profile("them", "others")])
    monkeypatch.setattr(type(network), "me", property(lambda self: next(answers)), raising=False)

    with pytest.raises(Refused, match="Signed in as brand, but the network says others"):
        connect(by)

    assert not Account.objects.exists()


def test_connecting_again_renews_the_same_account_and_never_erases_a_refresh_token(by):
    account = connect(by)
    Account.objects.update(state="needs_sign_in", state_reason="dead", failures=3)
    waiting = OutboxItemFactory(account=account, state="retry")

    again = connect(by, again="1", now=NOON + timedelta(days=1))

    assert (again.pk, again.state, again.state_reason, again.failures) == (account.pk, "connecting", "", 0)
    assert seal.unseal(Credential.objects.get()) == {"token": "new", "refresh_token": "fresh"}
    assert AccountAccess.objects.count() == 1
    assert [fact.body.get("again") for fact in Fact.objects.filter(kind="AccountConnected").order_by("id")] == [
        False,
        True,
    ]
    assert Job.objects.filter(kind="channels.send", key=str(waiting.pk)).exists()
    assert OutboxItem.objects.get().state == "retry"


def test_a_removed_account_comes_back_as_itself(by):
    account = connect(by)
    services.remove_account(account_id=account.pk, by=by, now=NOON)
    assert not Credential.objects.exists()
    assert not Job.objects.filter(kind="channels.pull").exists()

    assert connect(by).pk == account.pk
    assert Account.objects.get().removed_at is None


def test_a_pasted_token_connects_too(by):
    account = services.connect_with_token(
        network="fake", host="fake.example", answer={"token": "good"}, by=by, now=NOON
    )

    assert account.handle == "brand"


@pytest.mark.parametrize("host", ["not a host", "http://fake.example", "user:pw@fake.example"])
def test_a_host_that_is_none_is_said_so(by, host):
    with pytest.raises(Invalid):
        start(by, host)


def test_who_does_not_manage_accounts_cannot_connect_one(owner):
    plain = actor_of(MemberFactory(workspace=owner.workspace))

    with pytest.raises(NotAllowed):
        start(plain)


def test_access_is_changed_with_a_line_in_the_audit_trail(by, owner):
    account = connect(by)
    desk = DepartmentFactory(workspace=owner.workspace)
    helper = MemberFactory(workspace=owner.workspace, seats=[desk])

    services.set_access(account_id=account.pk, department_id=desk.pk, levels={"respond"}, by=by, now=NOON)
    assert actor_of(helper).accounts["respond"] == actor_of(helper).accounts["monitor"] == {account.pk}
    services.set_access(account_id=account.pk, department_id=desk.pk, levels=set(), by=by, now=NOON)
    services.set_access(account_id=account.pk, department_id=desk.pk, levels=set(), by=by, now=NOON)

    assert actor_of(helper).accounts["monitor"] == set()
    lines = AuditEntry.objects.filter(action="channels.set_access").order_by("id").values_list("before", "after")
    nothing, both = ({"department_id": desk.pk, "levels": levels} for levels in ([], ["monitor", "respond"]))
    assert list(lines) == [(nothing, both), (both, nothing)]
    with pytest.raises(NotFound):
        services.set_access(
            account_id=account.pk, department_id=DepartmentFactory().pk, levels={"respond"}, by=by, now=NOON
        )


def levels_of(account):
    return set(AccountAccess.objects.filter(account=account).values_list("department", "respond", "publish"))


def test_access_is_put_back_unless_it_was_changed_since(by, owner):
    account = connect(by)
    mine, desk = owner.departments.get(), DepartmentFactory(workspace=owner.workspace)
    before = levels_of(account)
    with audit.noted() as entries:
        services.set_access(account_id=account.pk, department_id=desk.pk, levels={"publish"}, by=by, now=NOON)
    changed = levels_of(account)
    services.set_access(account_id=account.pk, department_id=mine.pk, levels={"respond"}, by=by, now=NOON)
    services.set_access(account_id=account.pk, department_id=mine.pk, levels=LEVELS, by=by, now=NOON)

    changes.put_back(entry_ids=entries, by=by, now=NOON)

    assert changed == before | {(desk.pk, False, True)}
    assert levels_of(account) == before
    with pytest.raises(changes.ChangedSince):
        changes.put_back(entry_ids=entries, by=by, now=NOON)


def test_a_pause_is_put_back_by_who_manages_the_account_alone(by, owner):
    account = connect(by)
    with audit.noted() as entries:
        services.pause_account(account_id=account.pk, reason="Strike", by=by, now=NOON)
    AccountAccess.objects.update(manage=False)
    plain = actor_of(MemberFactory(workspace=owner.workspace, seats=list(owner.departments.all())))

    with pytest.raises(NotAllowed):
        changes.put_back(entry_ids=entries, by=plain, now=NOON)
    changes.put_back(entry_ids=entries, by=by, now=NOON)

    assert Account.objects.get().state == "connecting"


def test_who_does_not_manage_the_account_changes_nothing_on_it(by, owner):
    account = connect(by)
    desk = DepartmentFactory(workspace=owner.workspace)
    sees = actor_of(MemberFactory(workspace=owner.workspace, seats=[desk]))
    stranger = actor_of(MemberFactory(role="owner"))

    with pytest.raises(NotFound):
        services.pause_account(account_id=account.pk, reason="", by=sees, now=NOON)
    services.set_access(account_id=account.pk, department_id=desk.pk, levels={"monitor"}, by=by, now=NOON)
    sees = actor_of(MemberFactory(workspace=owner.workspace, seats=[desk]))
    with pytest.raises(NotAllowed):
        services.pause_account(account_id=account.pk, reason="", by=sees, now=NOON)
    with pytest.raises(NotFound):
        services.remove_account(account_id=account.pk, by=stranger, now=NOON)

    assert queries.visible_to(sees).get().state == "connecting"


def test_a_paused_account_goes_on_where_it_stopped(by):
    account = connect(by)
    services.pause_account(account_id=account.pk, reason="Holidays.", by=by, now=NOON)
    account.refresh_from_db()
    assert (account.state, account.state_reason) == ("paused", "Holidays.")
    Job.objects.all().delete()

    services.resume_account(account_id=account.pk, by=by, now=NOON)

    account.refresh_from_db()
    assert (account.state, account.state_reason) == ("connecting", "")
    assert Job.objects.get().kind == "channels.pull"
    with pytest.raises(Conflict):
        services.resume_account(account_id=account.pk, by=by, now=NOON)


def test_the_same_account_in_two_workspaces_is_two_accounts(by):
    other = actor_of(MemberFactory(role="owner"))

    connect(by)
    connect(other)

    assert Account.objects.count() == 2
    assert AccountFactory().workspace_id not in {by.workspace_id, other.workspace_id}
