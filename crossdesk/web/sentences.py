"""What rooms said or stored in English, in the reader's language.

Rooms raise and keep plain English sentences, for a sentence is kept once and read in many languages. Here a sentence is
found again among those that `script/translations` gathered from the rooms: as it stands, or by its form
(`There is a department called {name} already.`). What fills a form is put into the translation; names, addresses and
quotations stay as they are, pieces that are ours ("sales lead", "needs a reply") are translated too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations, translation
from pathlib import Path

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.formats import number_format
from django.utils.translation import get_language, get_language_info, to_locale

DOMAIN = "rooms"
HOLE = re.compile(r"\{(\w+)\}")
# What fills these is somebody's or something's name: never translated.
NAMES = re.compile(r"name|handle|email|address|host|url|slug|account|user|desk|words$|evidence|hit$")
LANGUAGE = re.compile(r"language|^code$")
GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
QUOTED = re.compile(r"(?<=“)[^”]+(?=”)")
QUOTATION = "“{words}”"
FIRST_QUOTED = 0xE000  # while a sentence is looked at, what is quoted in it stands there as one private character
# With fewer letters of its own, and none of them at its beginning, a form holds only inside another one:
# "{where} is {got}" fits too much.
OF_ITS_OWN = 8
LISTS = ("; ", ", ")
# Holes that take less than anything: a number, words without a quotation.
NARROW = {"share": r"[\d.,]+", "where": "[^“”]+?", "hit": "[^“”]+?"}


@dataclass(frozen=True, slots=True)
class Form:
    """A sentence with holes. begins, ends: its own letters there, to look at first. letters: how many of its own."""

    pattern: re.Pattern[str]
    begins: str
    ends: str
    letters: int
    marks: int
    translated: str

    @property
    def of_its_own(self) -> bool:
        """Is it a sentence, and not only a piece of one?"""
        return self.letters >= OF_ITS_OWN or self.begins[:1].isupper()


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's sentences: those without holes, and forms, the most telling first."""

    whole: Mapping[str, str]
    forms: Sequence[Form]
    quotation: str

    def say(self, text: str) -> str:
        """The text in this language; what is unknown, and what is quoted, stays as it is."""
        if text in self.whole:
            return self.whole[text]
        quoted = QUOTED.findall(text)
        places = iter(range(len(quoted)))
        said = self._said(QUOTED.sub(lambda _: chr(FIRST_QUOTED + next(places)), text) if quoted else text)
        for place, words in enumerate(quoted):
            mark = chr(FIRST_QUOTED + place)
            said = said.replace(f"“{mark}”", self.quotation.replace("{words}", words)).replace(mark, words)
        return said

    def _said(self, text: str, *, inside: bool = False) -> str:
        """inside: it is a piece of another sentence, may be a list, and may have lost its capital there."""
        known = self.whole.get(text) or (self.whole.get(text[:1].upper() + text[1:]) if inside else None)
        if known:
            return known
        mark = next((mark for mark in LISTS if mark in text), "")
        if inside and mark:
            return mark.join(self._said(piece, inside=True) for piece in text.split(mark))
        for form in self.forms:
            if (inside or form.of_its_own) and text.startswith(form.begins) and text.endswith(form.ends):
                found = form.pattern.fullmatch(text)
                if found:
                    return self._filled(form, found.groupdict())
        return self._list(text, mark) if mark else text

    def _list(self, text: str, mark: str) -> str:
        """A list that stands alone: only where all of it is ours."""
        pieces = text.split(mark)
        said = [self._said(piece, inside=True) for piece in pieces]
        return mark.join(said) if all(one != other for one, other in zip(pieces, said, strict=True)) else text

    def _filled(self, form: Form, values: Mapping[str, str]) -> str:
        return HOLE.sub(lambda hole: self._value(hole[1], values.get(hole[1], hole[0])), form.translated)

    def _value(self, name: str, value: str) -> str:
        if GROUPED.fullmatch(value):
            return number_format(int(value.replace(",", "")), force_grouping=True)
        if LANGUAGE.search(name) and value in LANG_INFO:
            return str(get_language_info(value)["name_translated"])
        return value if NAMES.search(name) else self._said(value, inside=True)


def spoken(text: str) -> str:
    """An English sentence of a room in the reader's language."""
    language = get_language() or settings.LANGUAGE_CODE
    return _spoken(language, tuple(settings.LOCALE_PATHS), str(text)) if text else ""


@lru_cache(maxsize=4096)
def _spoken(language: str, folders: tuple[Path, ...], text: str) -> str:
    return _phrases(language, folders).say(text)


@lru_cache
def _phrases(language: str, folders: tuple[Path, ...]) -> Phrases:
    found = [
        (english, other)
        for folder in folders
        for english, other in _kept(translation(DOMAIN, folder, [to_locale(language)], fallback=True)).items()
        if english and other
    ]
    forms = [_form(english, other) for english, other in found if HOLE.search(english) and english != QUOTATION]
    return Phrases(
        whole={english: other for english, other in found if not HOLE.search(english)},
        quotation=dict(found).get(QUOTATION, QUOTATION),
        forms=sorted(forms, key=lambda form: -(form.letters + 2 * form.marks)),
    )


def _kept(catalogue: NullTranslations) -> Mapping[str, str]:
    """All that a compiled catalogue holds; nothing for a language without one."""
    return vars(catalogue)["_catalog"] if isinstance(catalogue, GNUTranslations) else {}


def _form(english: str, other: str) -> Form:
    parts = HOLE.split(english)  # own letters and names of holes, in turn
    pattern = "".join(_hole(part) if place % 2 else re.escape(part) for place, part in enumerate(parts))
    own = parts[::2]
    letters = sum(1 for letter in "".join(own) if letter.isalpha())
    marks = sum(1 for letter in "".join(own) if not letter.isalnum() and not letter.isspace())
    return Form(re.compile(pattern, re.DOTALL), own[0], own[-1], letters, marks, other)


def _hole(name: str) -> str:
    return f"(?P<{name}>{NARROW.get(name, '.+?')})"
