"""Values of channels, as the pages and the database write them."""

from django.db.models import TextChoices


class AccountState(TextChoices):
    """How an account is doing."""

    CONNECTING = "connecting", "Connecting"
    LIVE = "live", "Live"
    DELAYED = "delayed", "Delayed"
    NEEDS_SIGN_IN = "needs_sign_in", "Needs sign-in"
    REFUSED = "refused", "Refused"
    PAUSED = "paused", "Paused"


class Source(TextChoices):
    """How a delivery reached us."""

    POLL = "poll", "Poll"
    STREAM = "stream", "Stream"
    WEBHOOK = "webhook", "Webhook"
    CHECK = "check", "Check"  # we asked for a message we already hold


class Way(TextChoices):
    """How what a server streams reaches us."""

    SSE = "sse", "Server-sent events"
    WEBSOCKET = "websocket", "WebSocket"


class DeliveryState(TextChoices):
    """What became of a raw delivery."""

    STORED = "stored", "Stored"
    PARSED = "parsed", "Parsed"
    UNREADABLE = "unreadable", "Unreadable"


class OutboxState(TextChoices):
    """The way of an outgoing message. unknown: the network may have it; it is asked, never blindly repeated."""

    PREPARED = "prepared", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    PROCESSING = "processing", "The network is working on it"
    PUBLISHED = "published", "Published"
    RETRY = "retry", "Will be tried again"
    UNKNOWN = "unknown", "Outcome unknown, asking the network"
    REFUSED = "refused", "Refused"
    CANCELLED = "cancelled", "Cancelled"
    DOUBTFUL = "doubtful", "A person must decide"


class HoldScope(TextChoices):
    """What a hold stops."""

    WORKSPACE = "workspace", "Everything"
    ACCOUNT = "account", "One account"
    TAG = "tag", "One campaign or topic"
