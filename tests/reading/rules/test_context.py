"""What the author's own words and the post above add."""

from crossdesk.reading.ports import Block
from crossdesk.reading.rules.catalogue import findings_of


def test_a_journalist_is_known_by_what_they_say_of_themselves():
    found = findings_of(Block("how many shops have you closed this year", author_bio="Reporter at the Leeds Gazette"))

    assert [(finding.name, finding.evidence) for finding in found] == [("press-bio", "Reporter")]


def test_a_short_answer_under_an_opening_asks_about_work():
    found = findings_of(Block("interested!", parent="We're hiring! Join our team in Leeds, apply now"))

    assert [finding.name for finding in found] == ["answers-opening"]


def test_the_same_words_under_another_post_do_not():
    assert findings_of(Block("interested!", parent="Our new candle smells of rain")) == []
