"""Operations: what failed, waits, came in, goes out, is held, was changed."""

import pytest

from crossdesk.channels.models import Hold, OutboxItem, RawDelivery
from crossdesk.journal import audit
from crossdesk.journal.models import Job
from crossdesk.kit import actor, clock
from crossdesk.org.enums import Role
from tests.channels.factories import AccountFactory, OutboxItemFactory, RawDeliveryFactory
from tests.org.factories import MemberFactory, WallFactory
from tests.web.asking import at

pytestmark = pytest.mark.django_db
PAGES = (
    "operations",
    "operations_waiting",
    "operations_deliveries",
    "operations_outbox",
    "operations_holds",
    "operations_audit",
)


@pytest.fixture
def owner(client):
    member = MemberFactory(role=Role.OWNER)
    client.force_login(member.user)
    return member


def dead_job(workspace_id):
    now = clock.now()
    return Job.objects.create(
        kind="channels.pull", key="7", workspace_id=workspace_id, due_at=now, created_at=now, attempts=9,
        last_error="mastodon.example does not answer", failed_at=now, dead_at=now,
    )  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_page_draws_when_there_is_nothing(client, owner, page):
    assert client.get(at(page, owner)).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_plain_member_is_told_that_it_is_not_for_them(client, member, page):
    client.force_login(member.user)

    answer = client.get(at(page, member))

    assert answer.status_code == 403
    assert b"Your role does not include this page." in answer.content


def test_failed_work_says_why_and_runs_again(client, owner):
    job = dead_job(owner.workspace_id)

    page = client.get(at("operations", owner)).content.decode()
    client.post(at("run_again", owner, job.pk))

    assert "mastodon.example does not answer" in page
    assert Job.objects.get().dead_at is None


def test_failed_work_of_another_workspace_is_neither_shown_nor_run(client, owner):
    job = dead_job(MemberFactory().workspace_id)

    page = client.get(at("operations", owner)).content.decode()
    answer = client.post(at("run_again", owner, job.pk))

    assert "mastodon.example" not in page
    assert answer.status_code == 404
    assert Job.objects.get().dead_at is not None


def test_an_unreadable_delivery_is_read_again(client, owner):
    account = AccountFactory(workspace=owner.workspace)
    delivery = RawDeliveryFactory(account=account, state="unreadable", error="There is no author")

    page = client.get(at("operations_deliveries", owner), {"state": "unreadable"}).content.decode()
    client.post(at("read_again", owner, delivery.pk))

    assert "There is no author" in page
    assert RawDelivery.objects.get().state == "stored"


def test_the_outbox_hides_what_stands_behind_a_wall(client, owner):
    account = AccountFactory(workspace=owner.workspace)
    OutboxItemFactory(account=account, text="For everybody")
    OutboxItemFactory(account=account, text="Behind the wall", wall_id=WallFactory(workspace=owner.workspace).pk)

    page = client.get(at("operations_outbox", owner)).content.decode()

    assert "For everybody" in page
    assert "Behind the wall" not in page


def test_a_hold_is_put_with_a_reason_and_lifted(client, owner):
    refused = client.post(at("put_hold", owner), {"scope": "workspace", "reason": " "})
    client.post(at("put_hold", owner), {"scope": "workspace", "reason": "A storm"})
    page = client.get(at("operations_holds", owner)).content.decode()
    client.post(at("lift_hold", owner, Hold.objects.get().pk))

    assert refused.status_code == 422
    assert "A storm" in page
    assert Hold.objects.get().lifted_at is not None
    assert not OutboxItem.objects.exists()


def test_the_audit_trail_shows_who_changed_what(client, owner):
    by = actor.system(owner.workspace_id, "Crossdesk")
    audit.record("org.change_role", by=by, at=clock.now(), subject_kind="member", subject_id=1, subject_name="Ada", before={"role": "member"}, after={"role": "lead"})  # fmt: skip

    page = client.get(at("operations_audit", owner)).content.decode()

    assert "org.change_role" in page
    assert "Ada" in page
