"""The first reader: language by library, readable rules, small linear models; says why, and says when it is unsure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from crossdesk.reading.features import Features, features
from crossdesk.reading.joining import Seen, join
from crossdesk.reading.language import language
from crossdesk.reading.linear import LinearModel
from crossdesk.reading.ports import Block, Reading
from crossdesk.reading.rules.catalogue import findings_of
from crossdesk.reading.rules.small_talk import small_talk

BATCH = 256
LONGEST = 10_000  # letters of one message that are read
EARLIER = 4  # messages of the same block that are read along
_CARE = ("intents", "needs_reply", "urgency", "complaint_reason")


@dataclass(frozen=True, slots=True)
class LinearReader:
    """Holds only weights and rules; reading changes nothing in it, so threads may share it."""

    tone: LinearModel
    care: LinearModel
    model: str

    def read(self, blocks: Sequence[Block]) -> list[Reading]:
        """One reading for each block, in order. Equal blocks get equal readings, whatever stands beside them."""
        readings: list[Reading] = []
        for start in range(0, len(blocks), BATCH):
            readings.extend(self._read(blocks[start : start + BATCH]))
        return readings

    def _read(self, given: Sequence[Block]) -> list[Reading]:
        blocks = [_readable(block) for block in given]
        texts = [block.text for block in blocks]
        whole = ["\n".join([*block.earlier, block.text]) for block in blocks]
        own = features(texts)
        joined = own if whole == texts else features(whole)
        asked = _ask(self.tone, own, ("sentiment",)) | _ask(self.care, joined, _CARE)
        outlets = {**self.tone.outlets, **self.care.outlets}
        readings = []
        for at, block in enumerate(blocks):
            seen = Seen(
                block=block,
                findings=findings_of(block),
                small_talk=small_talk(block.text),
                language=language(whole[at]),
                chances={name: chances[at] for name, (chances, _) in asked.items()},
                words={name: words[at] for name, (_, words) in asked.items()},
                outlets=outlets,
                model=self.model,
            )
            readings.append(join(seen))
        return readings


def _readable(block: Block) -> Block:
    """The block without broken code points and not longer than anybody reads."""
    return replace(block, text=_clean(block.text), earlier=[_clean(text) for text in block.earlier[-EARLIER:]])


def _clean(text: str) -> str:
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")


def _ask(model: LinearModel, found: Features, names: Sequence[str]) -> dict[str, tuple[list[list[float]], list[str]]]:
    """For each outlet its probabilities, and the words that spoke for the likeliest label."""
    heard = model.hear(found)
    answers = {}
    for name in names:
        outlet = model.outlets[name]
        chances = model.chances(heard.numbers, outlet)
        best = chances.argmax(axis=1)
        signs = np.where(chances[:, 0] >= 0.5, 1.0, -1.0) if len(outlet.labels) == 1 else np.ones(len(best))
        answers[name] = (chances.tolist(), heard.evidence(best + outlet.first, signs))
    return answers
