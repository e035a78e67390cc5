"""The shape of a fact: a frozen dataclass in the past tense, of ids, strings and numbers."""

from collections.abc import Callable
from dataclasses import dataclass, fields
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
        shape = _shape(type(self))
        return dict(zip(shape.own, shape.values(self), strict=True))

    @classmethod
    def from_values(cls, values: dict[str, Any], **columns: Any) -> Self:
        """Build the fact again from what was stored; fields that an older version wrote and we dropped are ignored."""
        known = _shape(cls).every
        if not values.keys() <= known:
            values = {name: value for name, value in values.items() if name in known}
        return cls(**values, **columns)


@dataclass(frozen=True, slots=True)
class _Shape:
    """The fields of one kind. own: those without a column of their own; values: what gives these of a body."""

    every: frozenset[str]
    own: tuple[str, ...]
    values: Callable[[FactBody], tuple[Any, ...]]


_shapes: dict[type, _Shape] = {}


def _shape(kind: type[FactBody]) -> _Shape:
    """Looked up once for each kind."""
    if kind not in _shapes:
        every = tuple(field.name for field in fields(kind))
        own = tuple(name for name in every if name not in COLUMNS)
        values = attrgetter(*own) if len(own) > 1 else lambda body: tuple(getattr(body, name) for name in own)
        _shapes[kind] = _Shape(frozenset(every), own, values)
    return _shapes[kind]
