"""The rows that the network learns from, each with the tasks that somebody has labelled on it."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crossdesk.reading.plain import plain
from crossdesk.reading.training import data

WRITTEN_TIMES = 4  # the written rows in one round; there are thirty others for each of them
CAST_WEIGHT, PUBLIC_WEIGHT = 0.4, 0.15
MOST = 4_000  # rows of one task beside ours in one round, drawn anew for each
CAST_MOST, PUBLIC_MOST = 2_500, 2_000
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


def rounds(folder: Path, cast: Path | None, seed: int) -> Iterator[list[Row]]:
    """One shuffled list of rows for each round, for ever; the same for the same seed."""
    always, beside = _sentiment(folder), _beside(folder)
    written = [row_of(example) for example in _written()]
    spoken = [row_of(example, CAST_WEIGHT) for example in data.spoken_by_the_cast(cast)] if cast else []
    public = [row_of(example, PUBLIC_WEIGHT) for example in data.public(folder)]
    chance = random.Random(seed)
    while True:
        rows = always + written * WRITTEN_TIMES
        for some, most in [(spoken, CAST_MOST), (public, PUBLIC_MOST), *((task, MOST) for task in beside)]:
            rows += chance.sample(some, min(most, len(some)))
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


def for_tuning(folder: Path) -> list[data.Example]:
    """What probabilities and thresholds are set by: voices apart, and validation tweets."""
    return [*data.for_tuning(), *data.tones(folder, "val")]


def _written() -> list[data.Example]:
    """English of the project's own set that may be learned from."""
    return [example for example in data.for_learning() if example.language == "en"]
