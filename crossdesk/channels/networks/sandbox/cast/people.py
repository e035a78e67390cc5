"""The people outside: about six hundred invented customers, reporters, candidates and others, always the same ones."""

import json
import random
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from .shapes import Person

TEXTS = Path(__file__).parent / "texts"
VOICES = {  # voice to how common it is among customers
    "plain": 22, "chatty": 12, "terse": 10, "typo": 10, "lower": 12, "emoji": 10, "formal": 9, "dry": 8, "shouty": 5,
    "hashtag": 5, "thread": 4,
}  # fmt: skip
SHARES = (  # (kind, language, how many); "" draws names from the whole world, writing English
    ("customer", "en", 330), ("customer", "", 66), ("customer", "de", 74), ("customer", "es", 12),
    ("customer", "fr", 12), ("customer", "nl", 12), ("customer", "pt", 8), ("customer", "it", 8), ("customer", "pl", 8),
    ("journalist", "en", 12), ("journalist", "de", 4), ("journalist", "nl", 1), ("journalist", "fr", 1),
    ("journalist", "es", 1), ("candidate", "en", 18), ("candidate", "de", 5), ("business", "en", 18),
    ("business", "de", 5), ("business", "nl", 2), ("business", "fr", 2), ("creator", "en", 12), ("creator", "de", 3),
    ("activist", "en", 9), ("activist", "de", 2), ("activist", "nl", 1), ("insider", "en", 8), ("insider", "de", 2),
    ("crook", "en", 6), ("spammer", "en", 10), ("troll", "en", 6), ("troll", "de", 2),
)  # fmt: skip
CALM = ("plain", "formal", "plain", "chatty", "terse")
REACH = {
    "journalist": 4200,
    "creator": 9000,
    "activist": 2600,
    "business": 420,
    "spammer": 60,
    "crook": 25,
    "insider": 14,
}
WORDS = (
    "tea",
    "moss",
    "rain",
    "hill",
    "socks",
    "crumbs",
    "puddle",
    "biscuit",
    "fern",
    "badger",
    "mug",
    "kite",
    "tarmac",
    "otter",
    "nettle",
    "bramble",
)


@cache
def people() -> tuple[Person, ...]:
    """Everybody outside the company, in a fixed order. Handles are unique."""
    rng = random.Random(1987)
    names, bios = _read("names.json"), _read("bios.json")
    taken: set[str] = {"wrenholt", "wrenholt_help", "wrenholt_careers"}
    return tuple(
        _person(rng, names, bios, kind, language, taken) for kind, language, count in SHARES for _ in range(count)
    )


@cache
def people_of(kind: str, language: str) -> tuple[Person, ...]:
    """Those of one kind who write in one language."""
    return tuple(person for person in people() if person.kind == kind and person.language == language)


def _read(name: str) -> Any:
    return json.loads((TEXTS / name).read_text(encoding="utf-8"))


def _person(rng: random.Random, names: Any, bios: Any, kind: str, language: str, taken: set[str]) -> Person:
    roots = names[language or rng.choice(("nordic", "world"))]
    first, last, city = rng.choice(roots["first"]), rng.choice(roots["last"]), rng.choice(roots["cities"])
    language = language or "en"
    handle = _handle(rng, kind, first, last, taken)
    fill = {"city": city} | {word: rng.choice(names[word + "s"]) for word in ("outlet", "group", "firm")}
    return Person(
        handle=handle,
        name=_display_name(rng, kind, first, last, handle),
        bio=rng.choice(bios[kind].get(language) or bios[kind]["en"]).format(**fill),
        followers=int(rng.lognormvariate(0, 1.3) * REACH.get(kind, 160)),
        language=language,
        avatar_hue=rng.randrange(360),
        voice=rng.choices(*zip(*VOICES.items(), strict=True))[0] if kind in ("customer", "troll") else rng.choice(CALM),
        kind=kind,
        city=city,
    )


def _display_name(rng: random.Random, kind: str, first: str, last: str, handle: str) -> str:
    if kind == "crook":
        return rng.choice(("Wrenholt Support", "Wrenh0lt Rewards", "Wrenholt Refund Desk", "WRENHOLT Prize Team"))
    if kind in ("insider", "spammer", "troll"):
        return handle
    return rng.choices((f"{first} {last}", first, f"{first} {last[0]}.", f"{first} 🌿"), (70, 14, 12, 4))[0]


def _handle(rng: random.Random, kind: str, first: str, last: str, taken: set[str]) -> str:
    a, b = _plain(first), _plain(last)
    word, other = rng.sample(WORDS, 2)
    number = rng.randrange(2, 99)
    if kind == "crook":
        shapes = [
            f"wrenholt_{rng.choice(('refunds', 'reward', 'supp0rt', 'claims', 'team'))}{number}",
            f"wrenho1t_{word}",
        ]
    elif kind in ("insider", "spammer", "troll"):
        shapes = [f"{word}{other}{number}", f"user{rng.randrange(10_000, 99_999)}", f"{word}_{number}"]
    else:
        shapes = [f"{a}{b}", f"{a}_{b}", f"{a}.{b}", f"{a[0]}{b}", f"{a}{number}", f"{word}{a}", f"{word}_and_{other}", f"{b}{number}"]  # fmt: skip
    handle = rng.choice(shapes)
    while handle in taken:
        handle = f"{rng.choice(shapes)}{rng.randrange(2, 999)}"
    taken.add(handle)
    return handle


def _plain(name: str) -> str:
    """A name in the letters that handles allow."""
    name = name.replace("ø", "o").replace("ß", "ss").replace("ı", "i").replace("ł", "l").replace("Ł", "L")
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in letters.lower() if letter.isalnum())
