"""A language that does not exist, built from the catalogues: every text of ours is marked, longer and without a plain letter.

[!! Ŝéñð ŕéþļý ~~ !!] — what still shows plain letters on a page was never translated, or is data.
"""

import re
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings as product

CODE, NAME = "en-xa", "[!! Þšéúðó !!]"
FOLDER = "en_XA"
LONGER = 0.35
DOMAINS = ("django", "rooms")
HOLES = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")
LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçðéƒĝĥíĵķļɱñóþɋŕšţúṽŵẋýžÅɃÇÐÉƑĜĤÎĴĶĻϺÑÓÞɊŔŠŢÛṼŴẊÝŽ",
)
GERMAN = Path(str(product.LOCALE_PATHS[0])) / "de" / "LC_MESSAGES"


def pseudo(text: str, *, marked: bool = True) -> str:
    """The text in that language. What is filled in later stays as it is. Without its marks it has its true length."""
    pieces, holes = HOLES.split(text), HOLES.findall(text)
    more = "~" * round(sum(len(piece) for piece in pieces) * LONGER)
    mixed = [piece.translate(LETTERS) + hole for piece, hole in zip(pieces, [*holes, ""], strict=True)]
    if not any(piece.strip() for piece in pieces):
        return text
    return f"[!! {''.join(mixed)} {more} !!]" if marked else f"{''.join(mixed)}{more}"


def catalogue(domain: str, *, marked: bool) -> Catalog:
    """All texts of a domain, as the German catalogue lists them. Forms of dates are no words."""
    with (GERMAN / f"{domain}.po").open("rb") as file:
        kept = read_po(file, locale="de", domain=domain)
    made = Catalog(locale="en", domain=domain, fuzzy=False)
    for message in kept:
        if not message.id:
            continue
        ids = [str(text) for text in message.id] if isinstance(message.id, list | tuple) else [message.id]
        texts = [text if message.context == "date format" else pseudo(text, marked=marked) for text in ids]
        made.add(message.id, tuple(texts) if len(texts) > 1 else texts[0], context=message.context)
    return made


def speak(settings: Any, folder: Path, *, marked: bool = True) -> None:
    """Offer the language to browsers that ask for it."""
    place = folder / FOLDER / "LC_MESSAGES"
    place.mkdir(parents=True)
    for domain in DOMAINS:
        made = catalogue(domain, marked=marked)
        with (place / f"{domain}.mo").open("wb") as file:
            write_mo(file, made)
    settings.LOCALE_PATHS = [folder]
    settings.LANGUAGES = [(CODE, NAME), ("en", "English")]
