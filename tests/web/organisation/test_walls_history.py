"""Walls tell their history to those inside, and every change of them is put back from there or from its toast."""

import re

import pytest

from crossdesk.inbox import services
from crossdesk.journal.models import AuditEntry
from crossdesk.org import services as org
from crossdesk.org.models import Wall, WallMember
from tests.conftest import actor_of
from tests.inbox.factories import Desk
from tests.org.factories import NOON, MemberFactory
from tests.web.asking import at, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve(administrator, legal):
    return MemberFactory(workspace=administrator.workspace, seats=[legal], user__name="Eve")


@pytest.fixture
def wall(administrator):
    return org.open_wall(
        kind="threat", name="Project Heron", reason="A threat", by=actor_of(administrator), now=NOON
    )  # fmt: skip


def put_back_by_toast(client, of, answer):
    """What the button of its toast would send."""
    form = said(answer).split('class="toast-bar"')[1].split("</form>")[0]
    entry, back = (re.findall(rf'name="{name}" value="([^"]+)"', form)[0] for name in ("entry", "back"))
    return client.post(at("put_back", of), {"entry": entry, "back": back}, follow=True)


def inside():
    return set(WallMember.objects.values_list("member__user__name", flat=True))


def test_who_was_let_in_goes_out_again_by_the_toast(client, administrator, wall, eve):
    one = at("wall", administrator, wall.pk)
    answer = client.post(one, {"act": "add", "member": eve.pk, "reason": "Knows the case"}, follow=True)
    assert inside() == {"Ada Lovelace", "Eve"}

    back = put_back_by_toast(client, administrator, answer)

    assert (back.redirect_chain, inside()) == ([(one, 302)], {"Ada Lovelace"})


def test_a_wall_is_taken_down_with_a_reason_and_stands_again(client, administrator, wall):
    one = at("wall", administrator, wall.pk)
    refused = client.post(one, {"act": "take_down", "reason": " "})
    down = client.post(one, {"act": "take_down", "reason": "Over"}, follow=True)
    listed = said(client.get(at("walls", administrator)))

    assert refused.status_code == 422
    assert "This wall was taken down." in said(down)
    assert "Take the wall down" not in said(down).split("</main>")[0]
    assert "You stand inside no wall" in listed
    put_back_by_toast(client, administrator, down)
    assert Wall.objects.get().taken_down_at is None
    assert "You stand inside no wall" not in said(client.get(at("walls", administrator)))


def test_a_wall_with_something_behind_it_says_what_to_do_first(client, administrator, wall):
    desk = Desk(workspace=administrator.workspace)
    desk.they_write()
    services.enclose(
        conversation_id=desk.conversation().pk, wall_id=wall.pk, reason="A threat", by=desk.system, now=NOON
    )

    answer = client.post(at("wall", administrator, wall.pk), {"act": "take_down", "reason": "Over"})

    assert answer.status_code == 409
    assert "Something stands behind this wall. Bring it out first, each with its reason." in said(answer)


def test_the_history_of_a_wall_is_told_inside_alone(client, administrator, wall, eve):
    org.add_insider(wall_id=wall.pk, member_id=eve.pk, reason="Knows it", by=actor_of(administrator), now=NOON)
    addresses = [at("history", administrator, "walls"), at("history_of", administrator, "walls", wall.pk)]

    for address in addresses:
        told = said(client.get(address))
        assert "Let inside a wall" in told and "<ins>Eve</ins>" in told and "<ins>Knows it</ins>" in told
    client.force_login(MemberFactory(workspace=administrator.workspace, role="administrator").user)
    outside = [client.get(address) for address in addresses]

    assert outside[1].status_code == 404
    assert "Project Heron" not in said(outside[0]) and "Let inside" not in said(outside[0])


def test_who_leaves_a_wall_is_offered_no_way_back_in(client, administrator, wall, eve):
    org.add_insider(wall_id=wall.pk, member_id=eve.pk, reason="Knows it", by=actor_of(administrator), now=NOON)

    left = client.post(
        at("wall", administrator, wall.pk), {"act": "remove", "member": administrator.pk, "reason": "Bye"}, follow=True
    )
    entry = AuditEntry.objects.latest("id").pk
    again = client.post(at("put_back", administrator), {"entry": entry})

    assert "Done, and noted with your reason." in said(left)
    assert 'name="entry"' not in said(left).split('class="toast-bar"')[1]
    assert (again.status_code, inside()) == (404, {"Eve"})
