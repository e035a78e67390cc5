"""Reads the text files and fills their slots.

A file is a list of topics. `# name` begins a topic, `key: value` lines say what it is, `[section]` begins a list of
texts, `- ` begins a text and indented lines go on with it. `~ ` begins a text whose need of a reply is the opposite of
its topic's. `- <zip|seam> ` begins a text that fits only where one of these was said before. In a text `(a|b|c)` is a choice, `{2-9}` a number, `{name}` a fact of the scene or another section.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"
PIECE = re.compile(r"\{([a-z0-9_-]+)\}|\(([^()]*\|[^()]*)\)")
CONDITION = re.compile(r"<([^<>]+)> ")
Part = str | tuple[str, object]  # plain words, ("slot", name), ("number", (low, high)) or ("choice", templates)


@dataclass(frozen=True, slots=True)
class Template:
    """One written text, ready to be filled.

    flipped: its need of a reply is the opposite of its topic's. after: it fits where one of these was said before.
    """

    parts: tuple[Part, ...]
    flipped: bool = False
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of conversation: what it is, and the texts for each step of it."""

    name: str
    language: str
    intent: str
    meta: Mapping[str, str]
    sections: Mapping[str, tuple[Template, ...]] = field(repr=False)


def compiled(text: str, *, flipped: bool = False) -> Template:
    """A written text as a template."""
    after: tuple[str, ...] = ()
    if condition := CONDITION.match(text):
        after = tuple(word.strip().lower() for word in condition[1].split("|"))
        text = text[condition.end() :]
    parts: list[Part] = []
    at = 0
    for found in PIECE.finditer(text):
        if found.start() > at:
            parts.append(text[at : found.start()])
        slot, options = found.groups()
        if slot is None:
            parts.append(("choice", tuple(compiled(option) for option in options.split("|"))))
        elif low_high := re.fullmatch(r"(\d+)-(\d+)", slot):
            parts.append(("number", (int(low_high[1]), int(low_high[2]))))
        else:
            parts.append(("slot", slot))
        at = found.end()
    if at < len(text):
        parts.append(text[at:])
    return Template(parts=tuple(parts), flipped=flipped, after=after)


def filled(template: Template, *, rng: random.Random, lookup: Callable[[str], str | Sequence[Template]]) -> str:
    """The template in words. lookup gives the words of a slot, or templates to choose one from."""
    words: list[str] = []
    for part in template.parts:
        if isinstance(part, str):
            words.append(part)
            continue
        kind, value = part
        if kind == "choice":
            words.append(filled(rng.choice(value), rng=rng, lookup=lookup))  # type: ignore[arg-type]
        elif kind == "number":
            low, high = value  # type: ignore[misc]
            words.append(str(rng.randint(low, high)))  # type: ignore[has-type]
        else:
            found = lookup(str(value))
            words.append(found if isinstance(found, str) else filled(rng.choice(found), rng=rng, lookup=lookup))
    return "".join(words)


@cache
def topics(language: str) -> tuple[Topic, ...]:
    """All topics written in one language, in the order of their files."""
    folder = TEXTS / language
    return tuple(topic for path in sorted(folder.glob("*.txt")) for topic in _read(path, language))


@cache
def topic(language: str, name: str) -> Topic:
    """One topic by its name."""
    return next(found for found in topics(language) if found.name == name)


def sections(language: str, name: str) -> Mapping[str, tuple[Template, ...]]:
    """The sections of a topic, none when the language does not have it."""
    return next((found.sections for found in topics(language) if found.name == name), {})


def _read(path: Path, language: str) -> list[Topic]:
    found: list[Topic] = []
    for block in re.split(r"(?m)^# ", path.read_text(encoding="utf-8"))[1:]:
        name, _, body = block.partition("\n")
        head, *rest = re.split(r"(?m)^\[([a-z0-9_:]+)\]$", body)
        meta = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
        texts = {title: _texts(lines) for title, lines in zip(rest[::2], rest[1::2], strict=True)}
        found.append(Topic(name.strip(), language, meta.get("intent", path.stem), meta, texts))
    return found


def _texts(lines: str) -> tuple[Template, ...]:
    texts: list[tuple[bool, list[str]]] = []
    for line in lines.splitlines():
        if line[:2] in ("- ", "~ "):
            texts.append((line[0] == "~", [line[2:]]))
        elif line.startswith("  "):
            texts[-1][1].append(line[2:])
    return tuple(compiled("\n".join(text).rstrip(), flipped=flipped) for flipped, text in texts)
