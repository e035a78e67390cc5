"""German is complete, says everything that is filled in, and its compiled files are up to date with the sources."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings

ROOT = Path(__file__).parents[3]
HOLES = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")
DOMAINS = ("django", "rooms")


def messages(domain: str) -> Iterator[Message]:
    with (Path(settings.LOCALE_PATHS[0]) / "de" / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        yield from (message for message in read_po(file, locale="de", domain=domain) if message.id)


def texts(value: Any) -> list[str]:
    return list(value) if isinstance(value, list | tuple) else [value]


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_text_has_its_german(domain):
    missing = [message.id for message in messages(domain) if message.fuzzy or not all(texts(message.string))]

    assert missing == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_german_says_everything_that_is_filled_in(domain):
    different = [
        (message.id, german)
        for message in messages(domain)
        for english, german in zip(texts(message.id), texts(message.string), strict=True)
        if sorted(HOLES.findall(english)) != sorted(HOLES.findall(german))
    ]

    assert different == []


def test_no_two_languages_stand_in_one_german_sentence():
    english = re.compile(r"\b(?:the|you|your|and|of|with|this|that|is|are|not|every|which)\b")

    found = [text for domain in DOMAINS for message in messages(domain) for text in texts(message.string) if english.search(text)]  # fmt: skip

    assert found == []


def test_the_catalogues_and_their_compiled_files_are_up_to_date_with_the_sources():
    done = subprocess.run(
        [sys.executable, "script/translations", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
