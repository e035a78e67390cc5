"""Content warnings, sensitive media and polls in a thread: folded behind words, read only, and never in a list."""

import re
from datetime import timedelta
from html import unescape

import pytest

from crossdesk.channels import parts
from crossdesk.messages.models import Media
from tests.inbox.factories import NOON
from tests.web.asking import at

pytestmark = pytest.mark.django_db
SPIDERS = {"warning": "Spiders", "sensitive": True}


def poll(*choices, **more):
    return {
        "poll": {"choices": [list(one) for one in choices], "voters": None, "multiple": False, "ends_at": None, **more}
    }


def they_say(desk, words, apart):
    choices = [text for text, _ in apart.get("poll", {}).get("choices", ())]
    return desk.they_write(text=parts.whole(words, warning=apart.get("warning", ""), choices=choices), apart=apart)


def thread(client, desk):
    """What the thread's only bubble shows, and its list line."""
    page = unescape(client.get(at("open", desk, "customer_service", desk.conversation().pk)).content.decode())
    bubble = re.search(r'<div class="bubble-body">(.*?)<div class="bubble-meta">', page, re.DOTALL)
    row = re.search(r'class="row-card".*?</a>', page, re.DOTALL)
    assert bubble is not None and row is not None
    return bubble[1], row[0]


def plain(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_what_is_warned_of_is_folded_behind_the_warning_and_the_list_shows_only_that(client, desk, ada):
    they_say(desk, "It bit me in the tent.", SPIDERS)

    bubble, row = thread(client, desk)

    assert plain(bubble) == "Spiders Show Hide It bit me in the tent."
    assert re.search(r'<details class="folded"><summary>.*Spiders.*</summary>.*bit me', bubble, re.DOTALL)
    assert "<details open" not in bubble
    assert "Spiders" in row
    assert "bit me" not in row


def test_sensitive_media_without_a_warning_are_folded_and_the_words_are_not(client, desk, ada):
    said = they_say(desk, "Look at this.", {"sensitive": True})
    Media.objects.create(message=said, position=0, kind="image", url="https://away.example/1.png", alt="a burnt plug")

    bubble, _ = thread(client, desk)

    assert plain(bubble) == "Look at this. Sensitive picture or file Show Hide a burnt plug"


def test_a_poll_shows_its_choices_with_their_counts_and_nothing_to_press(client, desk, ada):
    ends_at = (NOON + timedelta(days=1)).isoformat()
    they_say(desk, "Which tent?", poll(("the red one", 3), ("the blue one", 1), voters=4, ends_at=ends_at))

    bubble, _ = thread(client, desk)

    assert "Which tent? the red one 3 · 75 % the blue one 1 · 25 % 4 people chose · open until" in plain(bubble)
    assert re.findall(r'<progress value="([\d.]+)" max="1"', bubble) == ["0.75", "0.25"]
    assert "<button" not in bubble
    assert "<input" not in bubble


def test_of_several_choices_each_is_a_part_of_the_people(client, desk, ada):
    they_say(desk, "", poll(("red", 4), ("blue", 2), voters=4, multiple=True, ends_at=NOON.isoformat()))

    bubble, _ = thread(client, desk)

    assert "red 4 · 100 % blue 2 · 50 % 4 people chose · several choices allowed · ended" in plain(bubble)


def test_counts_that_the_network_keeps_back_are_not_made_up(client, desk, ada):
    they_say(desk, "Which?", poll(("red", None), ("blue", None), voters=9))

    bubble, _ = thread(client, desk)

    assert plain(bubble) == "Which? red – blue – 9 people chose · the network shows the counts at the end"


def test_what_stands_in_a_warning_or_a_choice_is_text(client, desk, ada):
    they_say(desk, "x", {"warning": "<b>w</b>", **poll(("<i>c</i>", 0))})

    page = client.get(at("open", desk, "customer_service", desk.conversation().pk)).content.decode()

    assert "&lt;b&gt;w&lt;/b&gt;" in page
    assert "&lt;i&gt;c&lt;/i&gt;" in page
