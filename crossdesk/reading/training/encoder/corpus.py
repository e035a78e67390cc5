"""The rows that the network learns from, each with the tasks that somebody has labelled on it."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crossdesk.reading.plain import plain
from crossdesk.reading.training import data

CAST_WEIGHT, PUBLIC_WEIGHT = 0.4, 0.15


@dataclass(frozen=True, slots=True)
class Share:
    """How often the written rows stand in one round, and how many rows of other kinds at most, drawn anew for each.

    later: with the voices that were written after the first lesson.
    """

    written: int
    tones: int
    beside: int
    cast: int
    public: int
    later: bool


FIRST = Share(written=4, tones=1_000_000, beside=4_000, cast=2_500, public=2_000, later=False)
SECOND = Share(written=3, tones=8_000, beside=600, cast=1_000, public=800, later=True)
THIRD = Share(written=2, tones=24_000, beside=400, cast=600, public=500, later=True)
EACH_KIND = 2_000  # texts
TONES_AGAIN = 14_000  # tweets
EMOTIONS = ("anger", "joy", "optimism", "sadness")


@dataclass(frozen=True, slots=True)
class Row:
    """text and before are plain. labels: by task, the names that hold; a task that is absent was not labelled."""

    text: str
    before: str = ""
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    weight: float = 1.0


def row_of(example: data.Example, weight: float = 1.0) -> Row:
    """A labelled message as the network sees it."""
    labels: dict[str, Sequence[str]] = {}
    if example.sentiment is not None:
        labels["sentiment"] = (example.sentiment,)
    if example.intents is not None:
        labels["intents"] = example.intents
    if example.needs_reply is not None:
        labels["needs_reply"] = ("yes",) if example.needs_reply else ()
    if example.urgency is not None:
        labels["urgency"] = (example.urgency,)
    if example.safety is not None:
        labels["safety"] = example.safety
    if example.complaint_reason is not None:
        labels["complaint_reason"] = (example.complaint_reason,)
    return Row(plain(example.text), before_of(example.earlier, example.parent), labels, weight)


def before_of(earlier: Sequence[str], parent: str) -> str:
    """What stands before a message, newest last: the post it answers, then the writer's own earlier messages."""
    return plain(" ".join([parent, *earlier]).strip())


def rounds(folder: Path, cast: Path | None, share: Share, seed: int) -> Iterator[list[Row]]:
    """One shuffled list of rows for each round, for ever; the same for the same seed."""
    tones, beside = _sentiment(folder), _beside(folder)
    written = [row_of(example) for example in _written(later=share.later)]
    spoken = [row_of(example, CAST_WEIGHT) for example in data.spoken_by_the_cast(cast)] if cast else []
    public = [row_of(example, PUBLIC_WEIGHT) for example in data.public(folder)]
    chance = random.Random(seed)
    while True:
        rows = written * share.written
        others = [(tones, share.tones), (spoken, share.cast), (public, share.public)]
        for some, most in [*others, *((task, share.beside) for task in beside)]:
            rows += some if most >= len(some) else chance.sample(some, most)
        chance.shuffle(rows)
        yield rows


def _sentiment(folder: Path) -> list[Row]:
    return [row_of(example) for example in data.tones(folder, "train")]


def _beside(folder: Path) -> list[list[Row]]:
    """Rows of the tasks that only teach: bad language, hatred, feelings, incitement, what customers ask for."""
    tasks = []
    for name in ("offensive", "hate"):
        given = data.rows_of(folder / "tweeteval" / name / "train.jsonl")
        tasks.append([Row(plain(row["text"]), labels={name: ("yes",) if row["label"] else ()}) for row in given])
    given = data.rows_of(folder / "tweeteval" / "emotion" / "train.jsonl")
    tasks.append([Row(plain(row["text"]), labels={"emotion": (EMOTIONS[row["label"]],)}) for row in given])
    given = data.rows_of(folder / "edos" / "train.jsonl")
    threat = [(row["text"], row["vector"].startswith("1")) for row in given]
    tasks.append([Row(plain(text), labels={"incites": ("yes",) if incites else ()}) for text, incites in threat])
    tasks.append(_classes(folder / "banking77" / "train.jsonl", "banking", "text", "intent"))
    tasks.append(_classes(folder / "bitext_support" / "all.jsonl", "support", "instruction", "intent"))
    return tasks


def _classes(path: Path, task: str, text: str, label: str) -> list[Row]:
    """Rows of a set with one class a row; classes are numbered by their names' order."""
    given = list(data.rows_of(path))
    numbers = {name: str(number) for number, name in enumerate(sorted({row[label] for row in given}))}
    return [Row(plain(row[text]), labels={task: (numbers[row[label]],)}) for row in given]


def of_every_kind(folder: Path, seed: int) -> list[str]:
    """Plain texts to compare the taught encoder with the untaught one on; nothing that is measured with."""
    chance = random.Random(seed)
    kinds = [_sentiment(folder), *_beside(folder)]
    found = [row.text for rows in kinds for row in chance.sample(rows, min(EACH_KIND, len(rows)))]
    return [*found, *(plain(example.text) for example in _written(later=True))]


def for_tone(folder: Path, seed: int) -> list[Row]:
    """Rows with a sentiment: tweets, and the voices that were written last, which count a tenth."""
    tweets = random.Random(seed).sample(_sentiment(folder), TONES_AGAIN)
    return [*tweets, *(row_of(one, 0.1) for one in _written(later=True) if one.voice in data.LATER)]


def for_tuning(folder: Path) -> list[data.Example]:
    """What probabilities and thresholds are set by: voices apart, and validation tweets."""
    return [*data.for_tuning(), *data.tones(folder, "val")]


def _written(*, later: bool) -> list[data.Example]:
    """English of the project's own set that may be learned from."""
    mine = (example for example in data.for_learning() if example.language == "en")
    return [example for example in mine if later or example.voice not in data.LATER]
