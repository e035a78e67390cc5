"""Values of the inbox, as the pages and the database write them."""

from django.db.models import TextChoices


class State(TextChoices):
    """Where a conversation stands. *New* is open and untouched; *snoozed* is open with a time."""

    OPEN = "open", "Open"
    WAITING = "waiting", "Waiting for them"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"


class Privacy(TextChoices):
    PUBLIC = "public", "Public"
    PRIVATE = "private", "Private"


class DutyKind(TextChoices):
    """What a department owes. respond: the public or private reply; exactly one department holds the pen."""

    RESPOND = "respond", "Answer"
    REVIEW = "review", "Look at it"


class DutyState(TextChoices):
    OPEN = "open", "Open"
    DISCHARGED = "discharged", "Done"
    WAIVED = "waived", "Waived"


class EntryKind(TextChoices):
    MESSAGE = "message", "Message"
    PART = "part", "Part"  # a further post of an answer that left as several: shown in the answer's line
    REPLY = "reply", "Reply"  # ours, until its message is known
    NOTE = "note", "Note"
    EVENT = "event", "Event"


class BlockEnd(TextChoices):
    """How a block ended. merged: a block that was thought answered runs again and took it in."""

    ANSWERED = "answered", "Answered"
    RESOLVED = "resolved", "Resolved without a reply"
    NOTHING_OWED = "nothing_owed", "Needed nothing"
    DELETED = "deleted", "Deleted by its writer"
    MERGED = "merged", "Part of an earlier one"


class AnsweredBy(TextChoices):
    PERSON = "person", "A person"
    ELSEWHERE = "elsewhere", "Outside of Crossdesk"
    AUTOMATION = "automation", "Automation"


class ReplyState(TextChoices):
    """held: something newer came in before it left; its writer chooses. scheduled: it leaves later, at its time.

    partly: of a thread some parts are on the network and the next was refused. taken_back: its writer took it back
    before it left.
    """

    SCHEDULED = "scheduled", "To be sent later"
    HELD = "held", "Held: something newer came in"
    QUEUED = "queued", "On its way"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not sent"
    PARTLY = "partly", "Partly sent"
    DOUBTFUL = "doubtful", "Nobody knows whether it arrived"
    DISCARDED = "discarded", "Discarded"
    TAKEN_BACK = "taken_back", "Taken back"


IN_DOUBT = frozenset({ReplyState.DOUBTFUL, ReplyState.PARTLY})  # a person decides what becomes of it


class Parting(TextChoices):
    """Does an answer that is too long for one post leave as several?"""

    ONE = "", "One post"
    PLAIN = "plain", "Several posts"
    NUMBERED = "numbered", "Several posts, numbered"


class WrittenKind(TextChoices):
    REPLY = "reply", "Reply"
    NOTE = "note", "Note"


class Resolution(TextChoices):
    ANSWERED = "answered", "Answered"
    NO_REPLY_NEEDED = "no_reply_needed", "No reply needed"
    SPAM = "spam", "Spam"
    DUPLICATE = "duplicate", "Duplicate"
    HANDLED_ELSEWHERE = "handled_elsewhere", "Handled elsewhere"
    OTHER = "other", "Other"
