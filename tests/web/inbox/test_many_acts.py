"""One act on many conversations in the browser's terms, the palette's rows, preferences, moving on."""

import json

import pytest
from django.urls import reverse

from crossdesk.inbox.models import Act, Conversation
from crossdesk.org.models import User
from tests.inbox.factories import IdentityFactory
from tests.org.factories import DepartmentFactory, MemberFactory
from tests.web.asking import HTMX, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(desk):
    for name in ("Anna", "Bruno", "Clara"):
        identity = IdentityFactory(contact__workspace=desk.workspace, name=name, handle=name.lower())
        desk.they_write(identity=identity, text=f"Parcel of {name}")
    return list(Conversation.objects.order_by("pk").values_list("pk", flat=True))


def many(client, desk, act, ids, value=""):
    given = {"ids": ",".join(map(str, ids)), "value": value}
    return client.post(at("many", desk, "customer_service", act), given, headers=HTMX)


def test_many_are_resolved_with_one_way_back_for_all(client, desk, ada, three):
    answer = many(client, desk, "resolve", three, "answered")

    batch = Act.objects.values_list("batch", flat=True).distinct().get()
    undo = at("undo_many", desk, "customer_service", batch)
    assert "3 resolved." in answer.content.decode()
    assert f'action="{undo}"' in answer.content.decode()
    assert json.loads(answer.headers["HX-Trigger"]) == {
        "inbox-changed": {"target": "body", "ids": three, "redraw": True}
    }
    back = client.post(undo, headers=HTMX)
    assert "3 taken back." in back.content.decode()
    assert set(Conversation.objects.values_list("state", flat=True)) == {"open"}


def test_what_could_not_be_is_said_with_its_reason_once(client, desk, ada, three):
    many(client, desk, "resolve", three[:2], "spam")

    answer = many(client, desk, "resolve", three, "spam").content.decode()

    assert "1 resolved. 2 could not be: It is resolved already." in answer
    assert 'data-tone="warn"' in answer


def test_nothing_done_offers_no_way_back(client, desk, ada, three):
    many(client, desk, "resolve", three, "spam")

    answer = many(client, desk, "resolve", three, "spam").content.decode()

    assert "3 could not be: It is resolved already." in answer
    assert "<form" not in answer


@pytest.mark.parametrize(
    ("act", "ids", "value", "status"),
    [
        ("resolve", "1,x", "spam", 422),
        ("resolve", "", "spam", 422),
        ("resolve", ",".join(map(str, range(1, 202))), "spam", 422),
        ("resolve", "{first}", "nonsense", 422),
        ("assign", "{first}", "abc", 422),
        ("snooze", "{first}", "soon", 422),
        ("explode", "{first}", "", 404),
    ],
)
def test_what_no_menu_sends_is_refused_and_nothing_changes(client, desk, ada, three, act, ids, value, status):
    address = at("many", desk, "customer_service", act)

    answer = client.post(address, {"ids": ids.format(first=three[0]), "value": value}, headers=HTMX)

    assert answer.status_code == status
    assert not Act.objects.exists()


def test_a_stranger_does_not_even_learn_that_it_is_there(client, desk, three):
    client.force_login(MemberFactory().user)

    assert many(client, desk, "resolve", three, "spam").status_code == 404
    assert client.get(at("many_bar", desk, "customer_service")).status_code == 404
    assert client.get(at("palette", desk), {"q": "anna"}).status_code == 404


def test_the_bar_offers_people_departments_times_and_ends(client, desk, ada):
    DepartmentFactory(workspace=desk.workspace, name="Legal")

    bar = client.get(at("many_bar", desk, "customer_service"), headers=HTMX).content.decode()

    for words in ("Ada Lovelace", "Legal", "Tomorrow morning", "No reply needed", "Put a word on them"):
        assert words in bar


def test_after_an_act_the_next_one_comes_in_the_same_answer(client, desk, ada, three):
    address = reverse("web:act", args=[desk.workspace.slug, three[0], "resolve"]) + "?queue=customer_service"

    answer = client.post(address, {"value": "answered", "next": three[1]}, headers=HTMX)

    assert answer.headers["HX-Retarget"] == "#conversation"
    page = answer.content.decode()
    assert f'data-conversation="{three[1]}"' in page
    assert "Resolved." in page
    undo = at("undo", desk, Act.objects.get().pk) + "?queue=customer_service"
    back = client.post(undo, {"open": "1"}, headers=HTMX)
    assert f'data-conversation="{three[0]}"' in back.content.decode()


@pytest.mark.parametrize("why", ["wants to stay", "no next one", "next one gone", "takes nothing away"])
def test_one_stays_where_there_is_a_reason_to(client, desk, ada, three, why):
    following = {"no next one": "", "next one gone": "999999"}.get(why, str(three[1]))
    name, value = ("take", "") if why == "takes nothing away" else ("resolve", "answered")
    User.objects.filter(pk=ada.user_id).update(moves_on=why != "wants to stay")

    answer = client.post(
        reverse("web:act", args=[desk.workspace.slug, three[0], name]),
        {"value": value, "next": following},
        headers=HTMX,
    )

    assert "HX-Retarget" not in answer.headers
    assert f'id="head-{three[0]}"' in answer.content.decode()


def test_the_palette_finds_people_and_what_was_said(client, desk, ada, three):
    found = client.get(at("palette", desk), {"q": "anna"}).json()["found"]
    said = client.get(at("palette", desk), {"q": "parcel"}).json()["found"]

    assert found == [
        {
            "group": "People",
            "label": "Anna @anna",
            "note": "Parcel of Anna",
            "icon": "sandbox",
            "address": at("open", desk, "all", three[0]),
        }
    ]
    assert [(row["group"], row["label"]) for row in said] == [
        ("Conversations", "Clara @clara"),
        ("Conversations", "Bruno @bruno"),
        ("Conversations", "Anna @anna"),
    ]
    assert client.get(at("palette", desk), {"q": "a"}).json() == {"found": []}


def test_preferences_are_kept_and_lead_back(client, desk, ada):
    here = at("queue", desk, "customer_service")

    answer = client.post(at("preference", desk), {"density": "compact", "moves_on": "no", "next": here})

    assert (answer.status_code, answer.headers["Location"]) == (302, here)
    assert User.objects.values_list("density", "moves_on").get(pk=ada.user_id) == ("compact", False)
    page = client.get(here).content.decode()
    assert 'data-density="compact"' in page
    assert client.post(at("preference", desk), {"density": "tiny"}).status_code == 422
