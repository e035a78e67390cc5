"""The quality page: figures that open to their messages, and labelling one message at a time."""

from datetime import timedelta

import pytest

from crossdesk.inbox.models import Conversation
from crossdesk.messages import services as messages
from crossdesk.org.enums import Role
from crossdesk.triage.models import Label, Sample, Sampling
from tests.conftest import NOON, actor_of
from tests.insights.test_quality import label, told
from tests.org.factories import MemberFactory
from tests.triage.scene import said
from tests.web.asking import HTMX, at
from tests.web.asking import said as words

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
PLACES = (
    ("quality", ()), ("quality_rows", ("intents",)), ("quality_twice", ("intents",)), ("quality_fixes", ("intents",)),
)  # fmt: skip


def form(scene, **more):
    return {
        "needs_reply": "yes", "intent": "complaint", "urgency": "normal", "sentiment": "neutral",
        "department": str(scene.desks["customer_service"].pk),
    } | more  # fmt: skip


def as_role(client, scene, role):
    member = MemberFactory(workspace=scene.workspace, role=role, seats=[scene.desks["sales"]])
    client.force_login(member.user)
    return member


def test_without_labels_the_page_teaches_where_they_come_from(client, scene):
    page = words(client.get(at("quality", scene)))

    assert "Nothing to tell yet" in page and "Draw this week" in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_labels(client, scene, number, django_assert_num_queries):
    for sample in told(scene, *[said("complaint")] * number):
        label(scene, sample, "complaint")

    with django_assert_num_queries(18):  # frame 8, figures 7, left to label, share, next draw
        page = words(client.get(at("quality", scene)))

    assert f"n {number}" in page and "too few to tell" in page
    assert "Corrections stand apart" in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_messages_behind_a_figure_cost_the_same_for_any_number(client, scene, number, django_assert_num_queries):
    for sample in told(scene, *[said("question")] * number):
        label(scene, sample, "complaint")

    with django_assert_num_queries(11):  # frame 8, zone, rows, departments
        page = words(client.get(at("quality_rows", scene, "intents"), {"part": "wrong", "said": "question"}))

    assert page.count('class="quality-text"') == number
    assert "it had said Question" in page


def test_each_cell_of_the_confusion_leads_to_its_messages(client, scene):
    first, second = told(scene, said("complaint"), said("question"))
    label(scene, first, "complaint")
    label(scene, second, "complaint")

    page = words(client.get(at("quality", scene), {"head": "intents"}))
    rows = words(
        client.get(at("quality_rows", scene, "intents"), {"part": "answered", "truth": "complaint", "said": "question"})
    )

    assert "part=answered&amp;truth=complaint&amp;said=question" in page
    assert rows.count('class="quality-text"') == 1


def test_ten_messages_are_labelled_one_after_another(client, scene):
    first, second = told(scene, said("complaint"), said("question"))

    begin = client.get(at("quality_label", scene))
    page = words(client.get(begin.url))
    answer = client.post(begin.url, form(scene))
    both = words(client.get(answer.url))

    assert "2 messages of this week are left for you." in page
    assert "test-1" not in page and "90 %" not in page
    assert answer.url == begin.url
    assert "Your answer and its answer" in both and "Next message" in both and "test-1" in both
    assert Label.objects.get().by == scene.owner
    assert {first.pk, second.pk} >= {Label.objects.get().sample_id}


def test_what_is_missing_is_said_and_what_was_chosen_stays(client, scene):
    (sample,) = told(scene, said("complaint"))

    for missing in ("needs_reply", "intent", "urgency", "sentiment", "department"):
        answer = client.post(at("quality_sample", scene, sample.pk), form(scene, **{missing: ""}))
        assert answer.status_code == 422, missing
        assert 'role="alert"' in words(answer)

    assert not Label.objects.exists()
    assert 'value="complaint" checked' in words(answer)


def test_nothing_left_says_so(client, scene):
    (sample,) = told(scene, said("complaint"))
    label(scene, sample, "complaint")

    assert "Nothing is left for you this week" in words(client.get(at("quality_label", scene)))


def test_a_blind_message_shows_nothing_of_its_reading_in_the_inbox_until_it_is_labelled(client, scene, settings):
    settings.BLIND_PERCENT = 100
    scene.stored(said("complaint", sentiment="negative"))
    scene.works()
    row, sample = Conversation.objects.get(), Sample.objects.get()
    address = at("quality_sample", scene, sample.pk)

    veiled = words(client.get(at("conversation_main", scene, row.pk), headers=HTMX))
    queue = words(client.get(at("queue", scene, "triage")))

    assert address in veiled
    for told_by_the_reader in ("How it was read", "Complaint", "Customer service answers", "Whose is it?"):
        assert told_by_the_reader not in veiled, told_by_the_reader
    assert "Read as: Complaint" not in queue and "data-due" not in queue
    assert client.get(at("why", scene, sample.message_id)).status_code == 404

    client.post(address, form(scene, intent="question", department=str(scene.desks["sales"].pk)))

    shown = words(client.get(at("conversation_main", scene, row.pk), headers=HTMX))
    assert "How it was read" in shown and address not in shown
    assert Conversation.objects.get().department == scene.desks["sales"]


def test_a_lapsed_sample_says_so_and_leads_to_the_conversation(client, scene, settings):
    settings.BLIND_PERCENT = 100
    scene.stored(said("complaint"))
    scene.works()
    sample = Sample.objects.get()
    client.post(at("act", scene, Conversation.objects.get().pk, "take"))
    scene.works(NOON + 2 * HOUR)

    assert "It went on without a label" in words(client.get(at("quality_sample", scene, sample.pk)))


def test_the_share_is_changed_with_a_way_back(client, scene):
    answer = client.post(at("quality_share", scene), {"percent": "5"}, follow=True)

    assert Sampling.objects.get().blind_percent == 5
    assert "Undo" in words(answer)
    assert client.post(at("quality_share", scene), {"percent": "x"}).status_code == 404
    assert client.post(at("quality_share", scene), {"percent": "50"}).status_code == 422


def test_this_weeks_ten_are_drawn_once_by_hand(client, scene):
    scene.stored(said("complaint"))
    scene.works()

    first = client.post(at("quality_draw", scene))
    again = client.post(at("quality_draw", scene), follow=True)

    assert first.url == at("quality_label", scene)
    assert "There is nothing to draw" in words(again)
    assert Sample.objects.count() == 1


@pytest.fixture
def second(scene):
    """Somebody else who labels."""
    return actor_of(MemberFactory(workspace=scene.workspace, seats=[scene.desks["sales"]]))


@pytest.mark.parametrize("number", [1, 3])
def test_the_messages_that_two_people_labelled_cost_the_same_for_any_number(
    client, scene, second, number, django_assert_num_queries
):
    for sample in told(scene, *[said("question")] * number):
        label(scene, sample, "question")
        label(scene, sample, "praise", by=second)

    with django_assert_num_queries(12):  # frame 8, zone, labels, samples, departments
        page = words(client.get(at("quality_twice", scene, "intents"), {"part": "different"}))

    assert page.count('class="quality-text"') == number
    assert "Question</td><td>Praise" in page and "Different" in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_messages_that_were_corrected_cost_the_same_for_any_number(
    client, scene, number, django_assert_num_queries
):
    for _ in range(number):
        corrected(scene, abstained=["intents"])

    with django_assert_num_queries(11):  # frame 8, zone, corrections, departments
        page = words(client.get(at("quality_fixes", scene, "intents"), {"part": "left"}))

    assert page.count('class="quality-text"') == number
    assert "Complaint</td><td>Praise" in page and "Left to people" in page


def corrected(scene, **more):
    message = scene.stored(said("complaint", **more), identity=scene.person())
    scene.works()
    messages.correct(message_id=message.pk, head="intents", value=["praise"], by=scene.by, now=NOON)


def test_every_count_on_the_page_opens_to_its_messages(client, scene, second):
    (sample,) = told(scene, said("complaint"))
    label(scene, sample, "complaint")
    label(scene, sample, "question", by=second)
    corrected(scene)

    page = words(client.get(at("quality", scene), {"head": "intents", "days": "28"}))
    fixed = words(client.get(at("quality_fixes", scene, "intents"), {"days": "28"}))
    twice = words(client.get(at("quality_twice", scene, "intents"), {"days": "28"}))
    behind_f1 = words(
        client.get(at("quality_rows", scene, "intents"), {"part": "answered", "either": "complaint", "days": "28"})
    )

    for address in (
        at("quality_fixes", scene, "intents") + "?days=28",
        at("quality_twice", scene, "intents") + "?days=28",
        at("quality_rows", scene, "intents") + "?days=28&amp;part=answered&amp;either=complaint",
        at("quality_rows", scene, "intents") + "?days=28&amp;low=0&amp;high=1",
        at("quality_rows", scene, "department") + "?days=28",
    ):
        assert f'href="{address}"' in page, address
    assert [one.count('class="quality-text"') for one in (fixed, twice, behind_f1)] == [1, 1, 1]
    assert at("quality_sample", scene, sample.pk) in twice
    assert "it had said or people say Complaint" in behind_f1


def test_nothing_behind_a_figure_says_so(client, scene):
    for name in ("quality_twice", "quality_fixes"):
        assert "Nothing in this period counts here." in words(client.get(at(name, scene, "sentiment")))
        assert client.get(at(name, scene, "colour")).status_code == 404
        assert client.get(at(name, scene, "sentiment"), {"after": "nowhere"}).status_code == 422


def test_who_labels_finds_what_waits_for_them_in_the_menu_with_its_number(client, scene):
    first, _ = told(scene, said("complaint"), said("question"))
    member = as_role(client, scene, Role.MEMBER)
    today = words(client.get(at("today", scene)))

    page = words(client.get(at("quality", scene)))
    label(scene, first, "complaint", by=actor_of(member))
    fewer = words(client.get(at("quality", scene)))
    Sample.objects.all().delete()
    none = words(client.get(at("quality", scene)))

    assert f'href="{at("quality", scene)}"' in today
    assert "2 messages of this week are left for you." in page and at("quality_label", scene) in page
    assert "1 message of this week is left for you." in fewer
    assert "Nothing is left for you this week" in none
    assert "Two people agree" not in page


def test_who_answers_may_label_but_sees_no_figures_and_who_looks_does_neither(client, scene):
    (sample,) = told(scene, said("complaint"))
    label(scene, sample, "complaint")

    as_role(client, scene, Role.MEMBER)
    member = [
        client.get(at(name, scene, *args)).status_code for name, args in (*PLACES, ("quality_sample", (sample.pk,)))
    ]
    as_role(client, scene, Role.VIEWER)
    viewer = [
        client.get(at(name, scene, *args)).status_code for name, args in (*PLACES, ("quality_sample", (sample.pk,)))
    ]

    assert (member, viewer) == ([200, 403, 403, 403, 200], [403, 403, 403, 403, 403])


def test_a_head_that_is_not_there_is_not_found(client, scene):
    assert client.get(at("quality_rows", scene, "colour")).status_code == 404
    assert client.get(at("quality", scene), {"head": "colour", "days": "9999", "model": "none"}).status_code == 200
