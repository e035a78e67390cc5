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


class Visibility(TextChoices):
    PUBLIC = "public", "Public"
    UNLISTED = "unlisted", "Unlisted"
    PRIVATE = "private", "Followers only"
    DIRECT = "direct", "Direct"
