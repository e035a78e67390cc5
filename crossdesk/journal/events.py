"""The shape of a fact: a frozen dataclass in the past tense, of ids, strings and numbers."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
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
        names, values_of = _own(type(self))
        return dict(zip(names, values_of(self), strict=True))

    @classmethod
    def from_values(cls, values: dict[str, Any], **columns: Any) -> Self:
        """Build the fact again from what was stored; fields that an older version wrote and we dropped are ignored."""
        known = _names(cls)
        if not values.keys() <= known:
            values = {name: value for name, value in values.items() if name in known}
        return cls(**values, **columns)


@cache
def _names(kind: type[FactBody]) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind))


@cache
def _own(kind: type[FactBody]) -> tuple[tuple[str, ...], Callable[[FactBody], tuple[Any, ...]]]:
    """Names of the fields without a column of their own, and what gives their values all at once."""
    names = tuple(field.name for field in fields(kind) if field.name not in COLUMNS)
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda body: tuple(getattr(body, name) for name in names)
