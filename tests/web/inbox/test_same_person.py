"""Perhaps the same person: said beside the conversation, answered by a button, taken back by a toast."""

import re

import pytest
from django.urls import reverse

from crossdesk.inbox.models import Conversation
from crossdesk.messages.models import Identity, KeptApart
from tests.conftest import settle
from tests.inbox.factories import NOON, AccountFactory, IdentityFactory
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SUGGESTED = 'id="same-person"'


@pytest.fixture
def pair(desk, ada):
    there = AccountFactory(workspace=desk.workspace, network="webhook", host="shop", answered_by=desk.department)
    here = IdentityFactory(
        contact__workspace=desk.workspace, contact__name="Ines Ferreira", handle="ines", bio="shop: ines.f@shop.example"
    )
    other = IdentityFactory(
        contact__workspace=desk.workspace, contact__name="Ines F.", handle="ines.f@shop.example", network="webhook", host="shop",
    )  # fmt: skip
    desk.they_write(identity=other, account=there, text="My kettle is broken.")
    desk.they_write(identity=here, text="Where is my parcel?")
    return here, other


def opened(client, desk) -> str:
    address = reverse("web:open", args=[desk.workspace.slug, "all", desk.conversation().pk])
    page: str = client.get(address).content.decode()
    return page.partition('id="contact"')[2]  # the person's pane


def say(client, desk, name, here, other, headers=HTMX):
    back = reverse("web:open", args=[desk.workspace.slug, "all", desk.conversation().pk])
    address = reverse(f"web:{name}", args=[desk.workspace.slug, here.contact_id, other.contact_id])
    return client.post(address, {"back": back}, headers=headers)


def undo(client, desk, answer: str):
    fields = dict(re.findall(r'<input type="hidden" name="(entry|back)" value="([^"]+)">', answer))
    return client.post(reverse("web:put_back", args=[desk.workspace.slug]), fields)


def test_a_confirmed_match_shows_all_they_said_on_both_and_can_be_undone(client, desk, pair):
    here, other = pair
    page = opened(client, desk)
    assert SUGGESTED in page
    assert "This profile names that one." in page
    assert "Ines F." in page
    assert "My kettle is broken." not in page

    answer = say(client, desk, "same_person", here, other).content.decode()

    assert SUGGESTED not in answer
    assert "My kettle is broken." in answer
    assert "Where is my parcel?" in answer
    assert "@ines.f@shop.example" in answer
    assert "One person from now on." in answer
    assert opened(client, desk).count("My kettle is broken.") == 1
    settle(until=NOON)
    assert set(Conversation.objects.values_list("contact_id", flat=True)) == {here.contact_id}

    undo(client, desk, answer)

    settle(until=NOON)
    assert Identity.objects.get(pk=other.pk).contact_id == other.contact_id
    assert set(Conversation.objects.values_list("contact_id", flat=True)) == {here.contact_id, other.contact_id}
    assert SUGGESTED in opened(client, desk)


def test_name_handle_and_words_of_a_joined_person_are_of_one_profile(client, desk, ada):
    bluesky = AccountFactory(
        workspace=desk.workspace, network="bluesky", host="bsky.example", answered_by=desk.department
    )

    def somebody(name, account=desk.account, **more):
        made = IdentityFactory(
            contact__workspace=desk.workspace, contact__name=name, network=account.network, host=account.host, **more
        )
        desk.they_write(identity=made, account=account)
        return made

    there = somebody("Ines F.", bluesky, handle="inesferreira82.bsky.example", bio="Trams.")
    here = somebody("Ines Ferreira", handle="inesferreira82", bio="Tents. bsky: inesferreira82.bsky.example")

    answer = say(client, desk, "same_person", here, there).content.decode()

    assert re.findall(r'<span class="clip">([^<]+)<', answer) == ["@inesferreira82", "@inesferreira82.bsky.example"]
    found = re.findall(r'<h2[^>]*>([^<]+)</h2><p class="muted">([^<]+)</p><p dir="auto">([^<]+)<', answer)
    assert found == [("Ines Ferreira", "@inesferreira82", "Tents. bsky: inesferreira82.bsky.example")]


def test_not_the_same_is_not_asked_again_unless_it_is_taken_back(client, desk, pair):
    here, other = pair

    answer = say(client, desk, "not_the_same", here, other).content.decode()

    assert "They stay two." in answer
    assert SUGGESTED not in answer + opened(client, desk)
    undo(client, desk, answer)
    assert not KeptApart.objects.exists()
    assert SUGGESTED in opened(client, desk)


def test_without_scripts_the_page_says_it_with_the_way_back(client, desk, pair):
    here, other = pair

    answer = say(client, desk, "same_person", here, other, headers={})

    page = client.get(answer.headers["Location"]).content.decode()
    assert "One person from now on." in page
    assert reverse("web:put_back", args=[desk.workspace.slug]) in page


def test_the_reader_chooses_nothing_for_people_they_do_not_see(client, desk, pair):
    here, other = pair
    client.force_login(MemberFactory(workspace=desk.workspace).user)

    assert say(client, desk, "same_person", here, other).status_code == 404
    assert say(client, desk, "not_the_same", here, other).status_code == 404
    assert Identity.objects.filter(contact_id=other.contact_id).exists()
