"""Expected failures: each has a code, a status and a sentence that a person can act on."""

from typing import ClassVar


class CrossdeskError(Exception):
    """Something that may happen and that we can explain. The message is shown to people as it is."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(CrossdeskError):
    """What was given cannot be used as it is."""

    code = "invalid"
    status = 422


class NotAllowed(CrossdeskError):
    """The person is known and may see the thing, but may not do this to it."""

    code = "not_allowed"
    status = 403


class NotFound(CrossdeskError):
    """It does not exist, or it does not exist for this person."""

    code = "not_found"
    status = 404


class Conflict(CrossdeskError):
    """Somebody or something else came first."""

    code = "conflict"
    status = 409


class TryLater(CrossdeskError):
    """Not now: the work stays due and is tried again."""

    code = "try_later"
    status = 503
