"""The bell, the list of notices, and what a reader wishes to be told."""

import pytest
from django.urls import reverse

from crossdesk.inbox.services import ownership
from crossdesk.kit import clock
from crossdesk.notices.models import Notice
from tests.conftest import actor_of, settle
from tests.inbox.factories import Desk, after
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with clock.standing_at(after()):
        yield Desk(key="customer_service", name="Customer service")


@pytest.fixture
def ada(client, desk):
    member = MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Ada Moss")
    client.force_login(member.user)
    return member


def address(desk, name="notices", *args):
    return reverse(f"web:{name}", args=[desk.workspace.slug, *args])


def given(desk, ada):
    ben = actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Ben"))
    desk.they_write(text="Where is my parcel?")
    ownership.assign(conversation_id=desk.conversation().pk, member_id=ada.pk, by=ben, now=after())
    settle(until=after())
    return Notice.objects.get()


def test_the_bell_counts_what_is_new_and_the_list_says_what_it_is(client, desk, ada):
    assert 'data-unseen="0"' in client.get(address(desk, "bell")).content.decode()
    given(desk, ada)

    assert 'data-unseen="1"' in client.get(address(desk, "bell")).content.decode()
    page = client.get(address(desk)).content.decode()
    assert "Ben gave you" in page
    assert "Where is my parcel?" in page


def test_a_notice_leads_to_its_conversation_and_is_seen_then(client, desk, ada):
    notice = given(desk, ada)

    answer = client.get(address(desk, "notice", notice.pk))

    assert answer.headers["Location"] == address(desk, "open", "mine", desk.conversation().pk)
    assert 'data-unseen="0"' in client.get(address(desk, "bell")).content.decode()


def test_what_is_opened_in_the_inbox_is_seen_too(client, desk, ada):
    given(desk, ada)

    client.get(address(desk, "open", "mine", desk.conversation().pk))

    assert 'data-unseen="0"' in client.get(address(desk, "bell")).content.decode()


def test_all_can_be_marked_as_seen(client, desk, ada):
    given(desk, ada)

    client.post(address(desk, "notices_seen"))

    assert Notice.objects.filter(seen_at=None).count() == 0


def test_another_persons_notice_is_not_found(client, desk, ada):
    notice = given(desk, ada)
    client.force_login(MemberFactory(workspace=desk.workspace, seats=[desk.department]).user)

    assert client.get(address(desk, "notice", notice.pk)).status_code == 404


def test_the_reader_chooses_what_they_are_told(client, desk, ada):
    client.post(address(desk, "notices_wish"), {"kind": ["mentioned", "overdue"]})

    page = client.get(address(desk)).content.decode()

    assert page.count('checked><span class="form-check-label">') == 2


def test_an_empty_list_teaches(client, desk, ada):
    assert "names you in a note with @ and your name" in client.get(address(desk)).content.decode()
