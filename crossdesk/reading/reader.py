"""The reader: language by library, readable rules, and the first model that knows the language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crossdesk.reading.carrying import carried
from crossdesk.reading.hearing import Hearer
from crossdesk.reading.joining import Seen, join
from crossdesk.reading.language import language, surely
from crossdesk.reading.ports import Block, Head, Reading, Verdict
from crossdesk.reading.rules.catalogue import findings_of
from crossdesk.reading.rules.small_talk import small_talk

BATCH = 256
LONGEST = 10_000  # letters of one message that are read
EARLIER = 4  # messages of the same block that are read along


@dataclass(frozen=True, slots=True)
class JoiningReader:
    """Holds only weights and rules; reading changes nothing in it, so threads may share it.

    hearers: the models, the best first; the last one hears what no other knows the language of. troubles: in words,
    what could not be loaded.
    """

    hearers: Sequence[Hearer]
    model: str
    troubles: Sequence[str] = ()

    def read(self, blocks: Sequence[Block]) -> list[Reading]:
        """One reading for each block, in order. Equal blocks get equal readings, whatever stands beside them."""
        readings: list[Reading] = []
        for start in range(0, len(blocks), BATCH):
            readings.extend(self._read(blocks[start : start + BATCH]))
        return readings

    def carried(self, block: Block) -> Mapping[Head, str]:
        """The words that carried what the model said of a block, by head. Takes as long as reading some dozen blocks."""
        readable = _readable(block)
        hearer = self._hearer(language("\n".join([*readable.earlier, readable.text])))
        return carried(hearer, readable, self.read([block])[0])

    def _read(self, given: Sequence[Block]) -> list[Reading]:
        blocks = [_readable(block) for block in given]
        tongues = [language("\n".join([*block.earlier, block.text])) for block in blocks]
        seen: dict[int, Seen] = {}
        hearers = [self._hearer(tongue) for tongue in tongues]
        for hearer in {id(one): one for one in hearers}.values():
            places = [at for at, one in enumerate(hearers) if one is hearer]
            for at, heard in zip(places, hearer.hear([blocks[at] for at in places]), strict=True):
                block = blocks[at]
                seen[at] = Seen(
                    block=block,
                    findings=findings_of(block),
                    small_talk=small_talk(block.text),
                    language=tongues[at],
                    heard=heard,
                    hearer=hearer,
                    model=self.model,
                )
        return [join(seen[at]) for at in range(len(blocks))]

    def _hearer(self, tongue: Verdict | None) -> Hearer:
        """The first model that knows a language, or at least its sentiment; the first of all where nobody can tell."""
        name = surely(tongue)
        if name is None:
            return self.hearers[0]
        caring = (hearer for hearer in self.hearers if name in hearer.care)
        feeling = (hearer for hearer in self.hearers if name in hearer.tone)
        return next(caring, next(feeling, self.hearers[-1]))


def _readable(block: Block) -> Block:
    """The block without broken code points and not longer than anybody reads."""
    return replace(
        block,
        text=_clean(block.text),
        earlier=[_clean(text) for text in block.earlier[-EARLIER:]],
        parent=_clean(block.parent),
    )


def _clean(text: str) -> str:
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
