"""The demo reads ahead: what it gives is what the product's reader says, whatever was foreseen."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from crossdesk.cli.demo import past
from crossdesk.cli.demo.ahead import Ahead, foreseen
from crossdesk.reading.ports import Block
from crossdesk.reading.services import default_reader
from tests.channels.factories import NOON

FORESEEN = [Block(f"Where is parcel {number}?", author_bio="Likes tents") for number in range(40)]


def test_readings_are_those_of_the_reader_foreseen_or_not():
    others = [Block("Where is parcel 3?"), Block("Where is parcel 3?", earlier=["Hello?"]), Block("")]
    asked = [*others, *(replace(one, workspace_id=7) for one in FORESEEN[::-1]), FORESEEN[0]]

    with ThreadPoolExecutor(1) as thread:
        ahead = Ahead(FORESEEN, thread)
        early = ahead.read(asked)
        late = ahead.read(asked)

    assert early == late == default_reader().read(asked)
    assert ahead.model == default_reader().model


def test_what_was_foreseen_is_not_read_again():
    with ThreadPoolExecutor(1) as thread:
        ahead = Ahead(FORESEEN, thread)
    first = ahead.read(FORESEEN[:1])

    assert ahead.read([replace(FORESEEN[0], workspace_id=7)])[0] is first[0]


def test_a_message_that_was_changed_is_foreseen_twice():
    told = past.happenings(1, end=NOON, count=400)
    changed = next(one for one in told if one.turn.edited_to and not one.turn_number)
    later = next(one for one in told if one.turn_number == 2 and one.story.turns[1].by == "brand" and one.parent_ref)

    before, after = foreseen(changed)
    (answer,) = foreseen(replace(later, turn=replace(later.turn, edited_to="")))

    assert (before.text, before.earlier) == (past.text_of(changed), ())
    assert changed.turn.edited_to and after.text.endswith(changed.turn.edited_to)
    assert after.earlier == (before.text,)
    assert (answer.earlier, answer.parent != "") == ((), True)
