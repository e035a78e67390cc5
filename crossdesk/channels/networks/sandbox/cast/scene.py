"""The facts of one story (who, which product, which order, which day), the same in every turn of it."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from . import kinds
from .company import company
from .grammar import Template, Topic, filled, sections, topic
from .shapes import Person, Product

OWN = 0.65  # how often a topic's own words are taken before those that everybody may say
OWN_FIRST = ("thanks", "answer_complaint", "answer_question")
SMALL_TALK = ("further", "angry", "calm_any", "closing")
PRESSING = ("fix_any", "calm_any")  # sections of everybody's in which a fitting text comes first, as in a topic's own
FITTING = 0.97  # how often a text made for what was said is taken, where there is one
LONGEST = 480  # leaves room for a mention and a signature within 500 characters
GROUPS = {
    "wear": ("jacket", "fleece", "kidswear", "boots"),
    "tops": ("jacket", "fleece"),
    "camp": ("tent", "sleeping bag", "stove", "lantern", "backpack", "bottle"),
    "house": ("blanket", "cookware", "lamp", "storage", "garden", "doormat"),
    "sold": (),  # anything
}
SENTENCE = re.compile(r"(?<=[.!?] )m(?=y |eine? )")  # where a slot began a sentence
ARTICLES = {  # German, by gender of the product's name; p is a plural
    "der": {"m": "der", "f": "die", "n": "das", "p": "die"},
    "den": {"m": "den", "f": "die", "n": "das", "p": "die"},
    "dem": {"m": "dem", "f": "der", "n": "dem", "p": "den"},
    "mein": {"m": "mein", "f": "meine", "n": "mein", "p": "meine"},
    "meinen": {"m": "meinen", "f": "meine", "n": "mein", "p": "meine"},
    "meinem": {"m": "meinem", "f": "meiner", "n": "meinem", "p": "meinen"},
    "einen": {"m": "einen", "f": "eine", "n": "ein", "p": "ein Paar"},
    "ist": {"m": "ist", "f": "ist", "n": "ist", "p": "sind"},
    "hat": {"m": "hat", "f": "hat", "n": "hat", "p": "haben"},
    "er": {"m": "er", "f": "sie", "n": "es", "p": "sie"},
    "ihn": {"m": "ihn", "f": "sie", "n": "es", "p": "sie"},
}


class Scene:
    """Fills templates for one person and one topic; keeps to the facts it has drawn once."""

    def __init__(self, *, rng: random.Random, person: Person, about: Topic) -> None:
        self.rng = rng
        self.person = person
        self.topic = about
        self.language = about.language
        self.product = rng.choice(_products(about.meta.get("products", "sold")))
        self._facts = {"us": ""}
        self._last = self._heard = ""

    def say(self, *sections: str) -> str:
        """A text of these sections, "" when they have none. What answers the words said last comes before the rest."""
        pool = _pooled(self.language, self.topic.name, sections)
        fits = _answering(pool.tied, self._last)
        if fits and self.rng.random() < FITTING:
            return self.fill(self.rng.choice(fits))
        common = [*pool.common, *_answering(pool.possible, self._last)]
        plain = pool.own if pool.own and (not common or self.rng.random() < OWN) else common
        plain = plain or fits or _answering(pool.tied, self._heard)
        return self.fill(self.rng.choice(plain)) if plain else ""

    def hear(self, text: str) -> None:
        """Something was said: what comes next answers it."""
        self._last = text.lower()
        self._heard = f"{self._heard} {self._last}"

    def fill(self, template: Template) -> str:
        """The template in words of this scene."""
        text = filled(template, rng=self.rng, lookup=self.slot).replace("  ", " ").strip(" ")
        if template.parts and not isinstance(template.parts[0], str):
            text = text[:1].upper() + text[1:]
        if text[:1].isupper():
            text = SENTENCE.sub(lambda found: found[0].upper(), text)
        return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"

    def fact(self, name: str, value: str) -> None:
        """Settle a fact from outside."""
        self._facts[name] = value

    def slot(self, name: str) -> str | Sequence[Template]:
        """The words of a slot: a fact of this scene, or else a section to choose from."""
        if name in self._facts:
            return self._facts[name]
        drawn = self._drawn(name)
        if drawn is None:
            return self._section(name) or _missing(name, self.topic)
        self._facts[name] = drawn
        return drawn

    def _section(self, name: str) -> Sequence[Template]:
        return self.topic.sections.get(name, ()) or lexicon(self.language).get(name, ())

    def _drawn(self, name: str) -> str | None:
        """A fact that is drawn once for the scene, or None when the name is not one."""
        rng, product = self.rng, self.product
        if self.language == "de" and name in ARTICLES:
            return ARTICLES[name][product.names["de"][1]]
        if name in FACTS:
            return FACTS[name](rng, product)
        if name in ("me", "place"):
            return self.person.name.split()[0] if name == "me" else self.person.city
        if name == "product":
            return product.names[self.language][0] if self.language in product.names else product.name
        if name.startswith("my_"):  # a section whose choice holds for the whole scene
            return filled(rng.choice(self._section(name)), rng=rng, lookup=self.slot)
        return None


FACTS: dict[str, Callable[[random.Random, Product], str]] = {
    "order": lambda rng, product: f"WR-{rng.randint(204_000, 899_999)}",
    "case": lambda rng, product: f"C{rng.randint(10_000, 79_999)}",
    "tracking": lambda rng, product: f"PK{rng.randint(10**8, 10**9 - 1)}BE",
    "serial": lambda rng, product: f"G24-7{rng.randint(1000, 9999)}",
    "short": lambda rng, product: product.name.split()[0],
    "colour": lambda rng, product: rng.choice(product.colours),
    "size": lambda rng, product: rng.choice(product.sizes or ("standard",)),
    "price": lambda rng, product: str(product.price),
    "amount": lambda rng, product: str(product.price + rng.choice((0, 0, 6, 24, 45, 60))),
    "days": lambda rng, product: str(rng.choice((3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16))),
    "weeks": lambda rng, product: str(rng.choice((2, 3, 3, 4, 5, 6))),
    "people": lambda rng, product: str(rng.choice((12, 15, 18, 20, 24, 30, 35, 40, 60, 80, 120))),
    "hour": lambda rng, product: f"{rng.randint(8, 20)}:{rng.choice(('00', '15', '30', '40', '45'))}",
}


@cache
def lexicon(language: str) -> dict[str, tuple[Template, ...]]:
    """Words, phrases and answers of a language that every topic may use. Colleagues write to each other in English."""
    shared = {**sections("en", "names"), **sections("en", "inside"), **sections("en", "signs")}
    for name in ("names", "phrases", "answers", "inside"):
        shared.update(sections(language, name))
    return shared


@dataclass(frozen=True, slots=True)
class _Pool:
    """What may be said at one step: a topic's own texts, everybody's, and those tied to words said before."""

    own: list[Template]
    common: list[Template]
    tied: list[Template]  # they come first when they fit
    possible: list[Template]  # everybody's, that may be said when they fit


@cache
def _pooled(language: str, name: str, sections: Sequence[str]) -> _Pool:
    mine, common = topic(language, name).sections, lexicon(language)
    own = [text for section in sections for text in mine.get(section, ())]
    if kinds.reserved(topic(language, name)):
        hushed = {*SMALL_TALK, *(OWN_FIRST if mine.get("thanks") else ()), *({"note"} & mine.keys())}
        common = {title: texts for title, texts in common.items() if title not in hushed}
    shared = [text for section in sections for text in common.get(section, ())]
    wanted = [text for section in sections if section in PRESSING for text in common.get(section, ()) if text.after]
    return _Pool(
        own=[text for text in own if not text.after],
        common=[text for text in shared if not text.after],
        tied=[text for text in own + wanted if text.after],
        possible=[text for text in shared if text.after and text not in wanted],
    )


def _answering(texts: Sequence[Template], said: str) -> list[Template]:
    """Those that fit what was said; one that fits twice stands in twice."""
    return [text for text in texts for word in text.after if word in said]


@cache
def _products(wanted: str) -> tuple[Product, ...]:
    kinds = {kind for word in wanted.split(", ") for kind in GROUPS.get(word, (word,))}
    singular = (product for product in company().products if product.names["de"][1] != "p")  # texts say "is", not "are"
    return tuple(product for product in singular if not kinds or product.kind in kinds)


def _missing(name: str, about: Topic) -> Sequence[Template]:
    raise LookupError(f"texts/{about.language}: topic {about.name} has no slot or section {{{name}}}")
