"""What must hold of the demo's stories, however many are told."""

from itertools import islice

from crossdesk.channels.networks.sandbox.cast import stories


def test_the_same_seed_tells_the_same_stories():
    assert list(islice(stories(5), 400)) == list(islice(stories(5), 400))


def test_another_seed_tells_other_stories():
    assert list(islice(stories(5), 50)) != list(islice(stories(6), 50))


def test_no_text_has_an_unfilled_slot_or_is_too_long():
    texts = [turn.text for story in islice(stories(2), 4000) for turn in story.turns]

    assert [text for text in texts if "{" in text or "}" in text or "|" in text] == []
    assert [text for text in texts if len(text) > 500 or not text.strip()] == []
