"""Facts of channels: what happened to accounts, deliveries, the outbox and holds."""

from dataclasses import dataclass

from crossdesk.journal.events import FactBody


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConnected(FactBody):
    """An account was connected; again: it was known and its sign-in was renewed."""

    network: str
    handle: str
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStateChanged(FactBody):
    """An account went from one state to another: told once when it goes down and once when it is back."""

    before: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRemoved(FactBody):
    """An account was taken out; what it brought stays."""

    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChanged(FactBody):
    """What a department may do on an account was changed."""

    department_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesStored(FactBody):
    """Raw deliveries of an account were stored that were not there before. Always with an account_id."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxPublished(FactBody):
    """The network has the message. origin: what it was prepared for, in the words of the room that asked."""

    item_id: int
    origin: str
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxDelayed(FactBody):
    """It could not be sent now and will be tried again. until: ISO moment, or "" until somebody signs in again."""

    item_id: int
    origin: str
    reason: str
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxHeld(FactBody):
    """A hold kept it back in the moment of sending; a person releases or cancels it."""

    item_id: int
    origin: str
    hold_id: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRefused(FactBody):
    """The network, or our own check of what was approved, said no. reason: in its own words."""

    item_id: int
    origin: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxUnknown(FactBody):
    """The answer was lost: the network may have it. It is being asked."""

    item_id: int
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxDoubtful(FactBody):
    """Asking did not settle it: a person decides (`services.settle_doubtful`)."""

    item_id: int
    origin: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxCancelled(FactBody):
    """It was taken back before it left."""

    item_id: int
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPut(FactBody):
    """Nothing in this scope leaves from now on."""

    hold_id: int
    scope: str
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLifted(FactBody):
    """A hold ended. Nothing fires by itself: what it kept back waits for a person."""

    hold_id: int
    scope: str
    tag: str = ""
