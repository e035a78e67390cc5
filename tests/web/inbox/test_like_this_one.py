"""Beside the reasons: messages that lie near and of which people here said what they are."""

import numpy as np
import pytest

from crossdesk.messages import services as messages
from crossdesk.messages.models import Reading
from crossdesk.messages.services import correcting
from crossdesk.org.models import Member
from crossdesk.reading.vectors import packed
from crossdesk.triage import nearest
from crossdesk.triage.models import Label, Sample
from tests.conftest import actor_of
from tests.inbox.factories import NOON, Desk, IdentityFactory
from tests.org.factories import WallFactory
from tests.web.asking import HTMX, at, said

pytestmark = pytest.mark.django_db
TITLE = "Like this one, and what people here said"


def vector(degrees):
    """In a plane: how far two lie apart is the angle between them."""
    made = np.zeros(384, dtype=np.float32)
    made[:64] = np.cos(np.radians(degrees)) / 8
    made[64:128] = np.sin(np.radians(degrees)) / 8
    return packed(made)


def written(desk, text, degrees, *, model="test-1", **fields):
    message = desk.they_write(text=text, identity=IdentityFactory(contact__workspace=desk.workspace), **fields)
    values = {"intents": [{"value": "question", "p": 0.9}], "reasons": []}
    Reading.objects.create(
        message=message, version=1, model=model, read_at=NOON, values=values, vector=vector(degrees)
    )  # fmt: skip
    return message


def corrected(desk, ada, *args, intent="complaint", **fields):
    message = written(desk, *args, **fields)
    messages.correct(message_id=message.pk, head="intents", value=[intent], by=actor_of(ada), now=NOON)
    return message


def why(client, desk, message):
    return said(client.get(at("why", desk, message.pk), headers=HTMX))


def test_the_nearest_come_first_with_what_people_said_and_a_way_to_open_them(client, desk, ada):
    far = corrected(desk, ada, "The zip broke", 30)
    near = corrected(desk, ada, "My jacket tore", 10, intent="praise")
    message = written(desk, "My coat tore", 0)

    page = why(client, desk, message)

    assert TITLE in page
    assert page.index("My jacket tore") < page.index("The zip broke")
    assert page.index("Intent: Praise") < page.index("Intent: Complaint")
    for one in (far, near):
        assert at("open", desk, "all", one.entry.conversation_id) in page


def test_there_are_three_at_most_and_never_the_message_itself(client, desk, ada):
    for number in range(5):
        corrected(desk, ada, f"Torn {number}", number)
    message = corrected(desk, ada, "My coat tore", 0)

    page = why(client, desk, message)

    assert [number for number in range(5) if f"Torn {number}" in page] == [0, 1, 2]
    assert "My coat tore" not in page


def test_what_lies_too_far_apart_or_was_read_by_another_reader_is_not_shown(client, desk, ada):
    corrected(desk, ada, "Where is your shop", 40)  # cosine 0.77
    corrected(desk, ada, "My jacket tore", 0, model="test-0")
    written(desk, "Nobody spoke of this", 0)

    assert TITLE not in why(client, desk, written(desk, "My coat tore", 0))


def test_a_correction_that_was_taken_back_is_no_example(client, desk, ada):
    one = corrected(desk, ada, "My jacket tore", 0)
    correcting.undo_correction(correction_id=one.corrections.get().pk, by=actor_of(ada), now=NOON)

    assert TITLE not in why(client, desk, written(desk, "My coat tore", 0))


def test_nothing_from_behind_a_wall_or_of_another_company_is_an_example(client, desk, ada):
    one = corrected(desk, ada, "My jacket tore", 0)
    type(one).objects.filter(pk=one.pk).update(wall=WallFactory(workspace=desk.workspace))
    elsewhere = Desk(key="sales", name="Sales", workspace__slug="other")
    theirs = written(elsewhere, "Their jacket tore", 0)
    theirs.corrections.create(head="intents", after=[{"value": "complaint", "p": 1.0}], at=NOON)

    assert TITLE not in why(client, desk, written(desk, "My coat tore", 0))


@pytest.mark.parametrize(("state", "shown"), [("labelled", True), ("waiting", False)])
def test_a_label_is_an_example_only_once_nobody_is_to_label_it_any_more(client, desk, ada, state, shown):
    one = written(desk, "My jacket tore", 0)
    sample = Sample.objects.create(
        workspace=desk.workspace, message=one, version=1, kind="weekly", week=NOON.date(), state=state, wanted=2,
        model="test-1", drawn_at=NOON, settled_at=NOON if state == "labelled" else None, labels_count=1,
    )  # fmt: skip
    Label.objects.create(
        sample=sample, at=NOON, needs_reply=True, intents=["complaint"], sentiment="negative", urgency="normal",
        department=desk.department,
    )  # fmt: skip

    page = why(client, desk, written(desk, "My coat tore", 0))

    assert (TITLE in page) is shown
    assert (f"Department: {desk.department.name}" in page) is shown


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_for_any_number_of_examples(desk, ada, django_assert_num_queries, number):
    for place in range(number):
        corrected(desk, ada, f"Torn {place}", place)
    message = written(desk, "My coat tore", 0)
    actor = actor_of(Member.objects.get(pk=ada.pk))

    with django_assert_num_queries(9):  # its vector; what was said 3; vectors; what was said of them 3; texts
        found = nearest.corrected_like(actor, message)

    assert len(found) == number
