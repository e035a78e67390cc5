"""The shape of a fact: a frozen dataclass in the past tense, of ids, strings and numbers."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

COLUMNS = frozenset({"account_id", "conversation_id", "wall_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FactBody:
    """Base of every fact. Subclasses live in their room's `events`; the class name is the fact's kind.

    account_id, conversation_id and wall_id say who may hear of it; leave them None where the fact has none.
    """

    account_id: int | None = None
    conversation_id: int | None = None
    wall_id: int | None = None

    kinds: ClassVar[dict[str, type["FactBody"]]] = {}

    def __init_subclass__(cls) -> None:
        # A dataclass with slots makes the class twice; the second one is the one that lives. (So no `super()` here.)
        FactBody.kinds[cls.__name__] = cls

    def own_values(self) -> dict[str, Any]:
        """The fact's fields without those that have a column of their own."""
        return {name: getattr(self, name) for name in _names(type(self)) if name not in COLUMNS}

    @classmethod
    def from_values(cls, values: dict[str, Any], **columns: Any) -> Self:
        """Build the fact again from what was stored; fields that an older version wrote and we dropped are ignored."""
        known = _names(cls)
        return cls(**{name: value for name, value in values.items() if name in known}, **columns)


_known: dict[type, tuple[str, ...]] = {}


def _names(kind: type[FactBody]) -> tuple[str, ...]:
    """The fields' names, looked up once for each kind."""
    if kind not in _known:
        _known[kind] = tuple(field.name for field in fields(kind))
    return _known[kind]
