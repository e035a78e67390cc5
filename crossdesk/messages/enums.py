"""Values of messages, as the pages and the database write them."""

from django.db.models import TextChoices


class Direction(TextChoices):
    IN = "in", "To us"
    OUT = "out", "From us"


class MessageKind(TextChoices):
    MENTION = "mention", "Mention"
    REPLY = "reply", "Reply"
    DIRECT = "direct", "Direct message"
    POST = "post", "Post"
    REPOST = "repost", "Repost"
    QUOTE = "quote", "Quote"
    COMMENT = "comment", "Comment"
    REVIEW = "review", "Review"
    FOUND = "found", "Found by a hashtag or word"


class Visibility(TextChoices):
    PUBLIC = "public", "Public"
    UNLISTED = "unlisted", "Unlisted"
    PRIVATE = "private", "Followers only"
    DIRECT = "direct", "Direct"


class Likeness(TextChoices):
    """Why two may be the same person, the strongest first."""

    EACH_OTHER = "each_other", "Each profile names the other"
    NAMED_BY = "named_by", "The other profile names this one"
    NAMES = "names", "This profile names the other"
    PAGE = "page", "Both profiles give the same page"
    HANDLE = "handle", "The same whole handle"
    NAME = "name", "The same unusual name, and much the same handle"


class Strength(TextChoices):
    """How much a likeness says."""

    STRONG = "strong", "Very likely"
    GOOD = "good", "Likely"
    WEAK = "weak", "Possible"
