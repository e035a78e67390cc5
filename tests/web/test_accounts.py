"""The accounts' pages: what is shown, to whom, and what they change."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from crossdesk.channels.enums import AccountState, Way
from crossdesk.channels.models import Account, AccountAccess, DeliveryTally, Stream
from crossdesk.kit import clock
from crossdesk.org.enums import Role
from crossdesk.org.models import Department
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db


def account_of(workspace, handle="nordwind", **values):
    return Account.objects.create(
        workspace=workspace, network="sandbox", host="http://127.0.0.1:9", external_id=handle, handle=handle,
        state=values.pop("state", AccountState.LIVE), state_since=clock.now(), connected_at=clock.now(), **values,
    )  # fmt: skip


@pytest.fixture
def administrator(client):
    member = MemberFactory(role=Role.ADMINISTRATOR)
    client.force_login(member.user)
    return member


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_accounts(client, administrator, django_assert_num_queries, number):
    for place in range(number):
        account_of(administrator.workspace, f"nordwind{place}")

    # session, user, member, seats, walls, access, last number, accounts, tallies, gaps, workspaces
    with django_assert_num_queries(11):
        page = client.get(reverse("web:accounts", args=[administrator.workspace.slug]))

    assert page.content.count(b'<th scope="row">') == number


def test_what_has_not_come_all_the_way_is_marked(client, administrator):
    account = account_of(administrator.workspace)
    DeliveryTally.objects.create(account=account, hour=clock.now(), received=5, stored=5, read=4, decided=4)

    page = client.get(reverse("web:accounts", args=[administrator.workspace.slug])).content.decode()

    assert page.count('data-lag="yes"') == 1
    assert 'title="1 still on the way"' in page


def test_a_member_without_access_does_not_see_the_account(client, member):
    account = account_of(member.workspace)
    client.force_login(member.user)
    slug = member.workspace.slug

    page, one = (
        client.get(reverse("web:accounts", args=[slug])),
        client.get(reverse("web:account", args=[slug, account.pk])),
    )

    assert b"No account yet" in page.content
    assert b"Connect an account" not in page.content
    assert one.status_code == 404


@pytest.mark.parametrize("name", ["web:account", "web:account_act", "web:account_access"])
def test_an_account_of_another_workspace_does_not_exist(client, administrator, name):
    theirs = account_of(MemberFactory().workspace)
    address = reverse(name, args=[administrator.workspace.slug, theirs.pk])

    answer = client.get(address) if name == "web:account" else client.post(address, {"act": "pause"})

    assert answer.status_code == 404
    assert Account.objects.get().state == AccountState.LIVE


def test_an_administrator_says_what_each_department_may_do(client, administrator):
    account, desk = account_of(administrator.workspace), Department.objects.get()
    address = reverse("web:account_access", args=[administrator.workspace.slug, account.pk])

    client.post(address, {f"{desk.pk}-monitor": "on", f"{desk.pk}-respond": "on"})

    granted = AccountAccess.objects.values("department_id", "monitor", "respond", "publish", "approve", "manage")
    assert list(granted) == [
        {
            "department_id": desk.pk,
            "monitor": True,
            "respond": True,
            "publish": False,
            "approve": False,
            "manage": False,
        }
    ]


def test_a_paused_account_says_so_and_goes_on_when_resumed(client, administrator):
    account = account_of(administrator.workspace)
    slug = administrator.workspace.slug
    act, page = reverse("web:account_act", args=[slug, account.pk]), reverse("web:account", args=[slug, account.pk])

    client.post(act, {"act": "pause", "reason": "A drill"})
    paused = client.get(page).content.decode()
    client.post(act, {"act": "resume"})

    assert "A drill" in paused
    assert "Nothing comes in and nothing leaves until you resume it." in paused  # said once, over the page
    assert Account.objects.get().state == AccountState.CONNECTING


def test_a_host_that_cannot_be_reached_is_said_in_a_sentence_and_the_form_is_kept(client, administrator):
    answer = client.post(
        reverse("web:connect", args=[administrator.workspace.slug]), {"network": "sandbox", "host": "no host at all"}
    )

    assert answer.status_code == 422
    assert b"is not a host. Write it as example.social." in answer.content
    assert b'value="no host at all"' in answer.content
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("network", "asked", "needed"),
    [
        ("bluesky", ["handle", "password", "host"], ["handle"]),
        ("mastodon", ["host", "token"], ["host"]),
        ("no such network", ["handle", "password", "host"], ["handle"]),
    ],
)
def test_the_form_asks_what_the_network_needs(client, administrator, network, asked, needed):
    address = reverse("web:connect", args=[administrator.workspace.slug])

    for page in (client.get(address, {"network": network}), client.get(address, {"network": network, "fields": ""})):
        fields = re.findall(r'<input class="form-control"[^>]*>', page.content.decode())
        names = [re.findall(r' name="(\w+)"', one)[0] for one in fields]
        assert names == asked
        assert [name for name, one in zip(names, fields, strict=True) if " required" in one] == needed


def test_what_is_missing_is_said_and_a_password_is_never_sent_back(client, administrator):
    address = reverse("web:connect", args=[administrator.workspace.slug])

    answer = client.post(address, {"network": "bluesky", "password": "abcd-efgh-ijkl-mnop"})

    assert answer.status_code == 422
    assert answer.content.count(b"This field is required.") == 1
    assert b"abcd-efgh" not in answer.content


def test_only_who_manages_accounts_may_connect_one(client, member):
    client.force_login(member.user)

    answer = client.get(reverse("web:connect", args=[member.workspace.slug]))

    assert answer.status_code == 403
    assert b"You may not connect accounts." in answer.content


def test_an_account_that_is_disconnected_leaves_the_list(client, administrator):
    account = account_of(
        administrator.workspace, connected_before := "nordwind", pulled_at=clock.now() - timedelta(hours=1)
    )
    slug = administrator.workspace.slug

    client.post(reverse("web:account_act", args=[slug, account.pk]), {"act": "remove"})

    assert client.get(reverse("web:account", args=[slug, account.pk])).status_code == 404
    assert connected_before not in client.get(reverse("web:accounts", args=[slug])).content.decode()


def test_an_account_says_whether_its_server_tells_by_itself_or_is_asked(client, administrator):
    account = account_of(administrator.workspace)
    page = reverse("web:account", args=[administrator.workspace.slug, account.pk])
    now = clock.now()

    asked = client.get(page).content.decode()
    stream = Stream.objects.create(
        account=account, held_by="here:1", held_until=now + timedelta(minutes=1), open_since=now
    )
    live, by = client.get(page).content.decode(), []
    for stream.way in Way:
        stream.save()
        by.append(client.get(page).content.decode())
    stream.open_since, stream.held_until, stream.reason = None, None, "The server ended its stream."
    stream.save()
    broken = client.get(page).content.decode()

    words = (
        "Live: the server tells by itself",
        "Live by server-sent events: the server tells by itself",
        "Live by WebSocket: the server tells by itself",
        "Asked for news every",
        "The server ended its stream.",
    )
    assert [[each for each in words if each in one] for one in (asked, live, *by, broken)] == [
        [words[3]],
        [words[0]],
        [words[1]],
        [words[2]],
        [words[3], words[4]],
    ]
