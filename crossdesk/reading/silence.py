"""The model that knows nothing: where none can be loaded, rules go on alone and everything else is left to people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crossdesk.reading.hearing import Heard, Outlet
from crossdesk.reading.ports import Block

_NEVER_SURE = 1.01
_CHANCES = {
    "intents": {"other": 0.0},
    "needs_reply": {"yes": 0.5},
    "urgency": {"normal": 0.5},
    "sentiment": {"neutral": 0.34, "negative": 0.33, "positive": 0.33},
    "complaint_reason": {"other": 0.0},
}
_HEARD = Heard({name: list(chances.values()) for name, chances in _CHANCES.items()})


@dataclass(frozen=True, slots=True)
class Silence:
    """Answers *who knows* to everything. It knows no language, by which readers tell it."""

    name: str = "silence"
    care: frozenset[str] = frozenset()
    tone: frozenset[str] = frozenset()
    outlets: Mapping[str, Outlet] = field(
        default_factory=lambda: {
            name: Outlet(name, tuple(chances), "one", 0, 1.0, 0.0, _NEVER_SURE) for name, chances in _CHANCES.items()
        }
    )

    def hear(self, blocks: Sequence[Block]) -> list[Heard]:
        return [_HEARD] * len(blocks)
