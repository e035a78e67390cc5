"""Floors under the figures of docs/reading.md, on the voices that were kept aside."""

from crossdesk.reading.ports import Block
from crossdesk.reading.training import data

DANGERS = {"threat", "self_harm", "product_safety"}


def test_the_voices_kept_aside_are_read_at_least_this_well(reader):
    examples = data.held()
    readings = reader.read([Block(e.text, earlier=e.earlier, parent=e.parent) for e in examples])
    pairs = list(zip(examples, readings, strict=True))

    first_right = sum(r.intents[0].value in (e.intents or ()) for e, r in pairs) / len(pairs)
    reply_right = sum((r.needs_reply.value == "yes") is e.needs_reply for e, r in pairs) / len(pairs)
    danger = [bool(DANGERS & {finding.value for finding in r.safety}) for _, r in pairs]
    caught = sum(found for found, (e, _) in zip(danger, pairs, strict=True) if e.urgency == "p1")
    false_alarms = sum(danger) - caught

    assert first_right > 0.63
    assert reply_right > 0.82
    assert caught >= 64
    assert false_alarms <= 70


def test_what_is_acted_on_is_right_more_often_than_the_rest(reader):
    examples = data.held()
    readings = reader.read([Block(e.text, earlier=e.earlier, parent=e.parent) for e in examples])
    right = {True: [0, 0], False: [0, 0]}
    for example, reading in zip(examples, readings, strict=True):
        tally = right["intents" in reading.abstained]
        tally[0] += reading.intents[0].value in (example.intents or ())
        tally[1] += 1

    (sure, sure_all), (unsure, unsure_all) = right[False], right[True]
    assert sure / sure_all > 0.75 > 0.55 > unsure / unsure_all
