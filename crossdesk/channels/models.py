"""Connected accounts and who may use them, credentials, cursors, raw deliveries, the outbox, holds."""

from django.db import models
from django.db.models import Q

from crossdesk.channels.enums import AccountState, DeliveryState, HoldScope, OutboxState, Source, Way
from crossdesk.org.models import Department, Member, Workspace


class Account(models.Model):
    """One account of ours on one network. host: where it lives ("mastodon.example", "http://localhost:8123").

    limits: read from the server (max_text, max_media, …).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="accounts")
    network = models.CharField(max_length=30)
    host = models.CharField(max_length=200)
    external_id = models.CharField(max_length=200)
    handle = models.CharField(max_length=200)
    name = models.CharField(max_length=200, default="")
    url = models.CharField(max_length=500, default="")
    avatar_url = models.CharField(max_length=500, default="")
    limits = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=AccountState, default=AccountState.CONNECTING)
    state_reason = models.TextField(default="")
    state_since = models.DateTimeField()
    failures = models.IntegerField(default=0)  # pulls in a row that did not work
    connected_at = models.DateTimeField()
    pulled_at = models.DateTimeField(null=True)  # the last pull that worked
    sends_after = models.DateTimeField(null=True)  # pacing: nothing leaves before
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_account_for_each_place", fields=["workspace", "network", "host", "external_id"]
            ),
        ]

    class Personal:
        personal = {"handle": "", "name": "", "url": "", "avatar_url": ""}
        kept = (
            "workspace network host external_id limits state state_reason state_since failures connected_at "
            "pulled_at sends_after removed_at"
        )


class Credential(models.Model):
    """The secrets of one account, sealed. key_id names the key that sealed them, so that keys can rotate."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="credential")
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=16)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    renewing_until = models.DateTimeField(null=True)  # one process renews it until then; the others wait

    class Personal:
        personal = {"sealed": b""}
        kept = "account key_id scopes expires_at updated_at renewing_until"


class Door(models.Model):
    """Where a network hands its deliveries in: /in/<network>/<key>/. What was turned away is counted, never kept."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="door")
    key = models.CharField(max_length=64, unique=True)  # part of the address; no secret
    opened_at = models.DateTimeField()
    came_at = models.DateTimeField(null=True)  # the last that was believed
    refused = models.IntegerField(default=0)  # not signed as it should be
    refused_at = models.DateTimeField(null=True)
    refused_why = models.CharField(max_length=300, default="")
    too_large = models.IntegerField(default=0)
    too_many = models.IntegerField(default=0)  # minutes in which more came than is taken

    class Personal:
        personal: dict[str, object] = {}
        kept = "account key opened_at came_at refused refused_at refused_why too_large too_many"


class Stream(models.Model):
    """The line on which an account's server tells what is new by itself. One process holds it; the others leave it be."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="stream")
    held_by = models.CharField(max_length=100, default="")
    held_until = models.DateTimeField(null=True)
    open_since = models.DateTimeField(null=True)
    way = models.CharField(max_length=10, choices=Way, default="", db_default="")  # how it went when it was open last
    alive_at = models.DateTimeField(null=True)  # the last that came, if only a sign of life
    failures = models.IntegerField(default=0)  # in a row
    again_at = models.DateTimeField(null=True)  # not tried before
    absent_since = models.DateTimeField(null=True)  # the server has none
    reason = models.TextField(default="")  # why it is not open

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_open_stream_is_held", condition=Q(open_since=None) | Q(held_until__isnull=False)
            ),
        ]

    class Personal:
        personal = {"reason": ""}
        kept = "account held_by held_until open_since way alive_at failures again_at absent_since"


class FollowedWord(models.Model):
    """A hashtag ("#tents") or words to search for: what is said publicly with them comes in on the account."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=50)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    again_at = models.DateTimeField(null=True)  # not looked for before
    error = models.TextField(default="")  # why the last look brought nothing

    class Meta:
        constraints = [models.UniqueConstraint(name="one_row_for_each_word", fields=["account", "word"])]

    class Personal:
        personal = {"error": ""}
        kept = "account word added_at added_by again_at"


class AppRegistration(models.Model):
    """Crossdesk as registered at one host of a network, for the whole installation. Secrets sealed."""

    network = models.CharField(max_length=30)
    host = models.CharField(max_length=200)
    redirect_uri = models.CharField(max_length=500)
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=16)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_registration_for_each_host", fields=["network", "host", "redirect_uri"]),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = "network host redirect_uri sealed key_id created_at"


class ConnectAttempt(models.Model):
    """A sign-in at a network under way: what must come back with the browser, once."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    state_hash = models.CharField(max_length=64, unique=True)
    network = models.CharField(max_length=30)
    host = models.CharField(max_length=200)
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=16)
    by = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Personal:
        personal = {"sealed": b""}
        kept = "workspace state_hash network host key_id by created_at used_at"


class AccountAccess(models.Model):
    """What a department may do on an account."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="access")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="access")
    monitor = models.BooleanField(default=True)
    respond = models.BooleanField(default=False)
    publish = models.BooleanField(default=False)
    approve = models.BooleanField(default=False)
    manage = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_access_for_each_department", fields=["account", "department"]),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = "account department monitor respond publish approve manage"


class Cursor(models.Model):
    """How far one feed of an account is read; moves in the transaction of the deliveries it produced.

    sure: all that came in up to there is understood. What came since `sure_at` and is not, is asked for again from there.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="cursors")
    feed = models.CharField(max_length=60)
    value = models.TextField(default="")
    moved_at = models.DateTimeField()
    sure = models.TextField(default="", db_default="")
    sure_at = models.DateTimeField(null=True)
    again = models.SmallIntegerField(default=0, db_default=0)  # how often it was read from there again

    class Meta:
        constraints = [models.UniqueConstraint(name="one_cursor_for_each_feed", fields=["account", "feed"])]

    class Personal:
        personal: dict[str, object] = {}
        kept = "account feed value moved_at sure sure_at again"


class RawDelivery(models.Model):
    """One thing as the network gave it, stored before anything else happens. Kept 30 days.

    digest: SHA-256 of feed and body; the same delivery twice is one row with `times` counting. whole: an answer that
    could not be taken apart, for people to look at; its place is read again by itself, so it counts nowhere.
    """

    workspace_id = models.BigIntegerField()
    # No index of its own: the database would go by it through all that was ever taken in to find what waits.
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    feed = models.CharField(max_length=60)
    source = models.CharField(max_length=10, choices=Source, default=Source.POLL)
    external_id = models.CharField(max_length=200, default="")
    body = models.TextField()
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    times = models.IntegerField(default=1)
    state = models.CharField(max_length=12, choices=DeliveryState, default=DeliveryState.STORED)
    error = models.TextField(default="")
    parsed_at = models.DateTimeField(null=True)
    whole = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_row_for_each_delivery", fields=["account", "digest"])]
        indexes = [
            # Serves parsing: what is stored and not yet understood, oldest first.
            models.Index(name="deliveries_to_parse", fields=["account", "id"], condition=Q(state=DeliveryState.STORED)),
            # Serves the deliveries page and the 30 days.
            models.Index(name="deliveries_by_time", fields=["workspace_id", "-id"]),
            models.Index(
                name="deliveries_unreadable",
                fields=["workspace_id", "-id"],
                condition=Q(state=DeliveryState.UNREADABLE),
            ),
        ]

    class Personal:
        personal = {"body": "", "error": ""}
        kept = "workspace_id account feed source external_id digest received_at times state parsed_at whole"


class DeliveryTally(models.Model):
    """received = stored = read = decided, per account and hour of receipt.

    received: events of speech that reached us for the first time on this account. stored: messages stored for
    them. read: messages with a reading. decided: messages with a decision. Each counted once per sighting.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tallies")
    hour = models.DateTimeField()
    received = models.IntegerField(default=0)
    stored = models.IntegerField(default=0)
    read = models.IntegerField(default=0)
    decided = models.IntegerField(default=0)
    unreadable = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_tally_for_each_hour", fields=["account", "hour"])]

    class Personal:
        personal: dict[str, object] = {}
        kept = "account hour received stored read decided unreadable"


class OutboxItem(models.Model):
    """A message on its way out. key is ours, the same at every attempt.

    tags: scopes that holds may name. approved_hash: when set, only exactly this text may leave.
    origin: what it is for, by the room above ("inbox.reply:17"); that room follows the facts. thread, position, of: a
    long text leaves as several items, each the reply to the one before, which it waits for; the first is the thread.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="outbox")
    key = models.CharField(max_length=64, unique=True)
    origin = models.CharField(max_length=60, default="")
    thread = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="parts")
    position = models.SmallIntegerField(default=1, db_default=1)
    of = models.SmallIntegerField(default=1, db_default=1)
    conversation_id = models.BigIntegerField(null=True)  # for the facts' readers
    wall_id = models.BigIntegerField(null=True)
    text = models.TextField()
    visibility = models.CharField(max_length=10, default="public")
    in_reply_to = models.CharField(max_length=200, default="")
    to_handle = models.CharField(max_length=200, default="")
    language = models.CharField(max_length=10, default="")
    tags = models.JSONField(default=list)
    approved_hash = models.CharField(max_length=64, default="")
    state = models.CharField(max_length=12, choices=OutboxState, default=OutboxState.PREPARED)
    attempts = models.IntegerField(default=0)
    error = models.TextField(default="")
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_at = models.DateTimeField(null=True)  # when it last left for the network
    looks = models.IntegerField(default=0)  # how often the network was asked since and did not have it
    held_at = models.DateTimeField(null=True)  # a hold kept it back; a person releases it
    external_id = models.CharField(max_length=200, default="")
    permalink = models.CharField(max_length=500, default="")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="published_means_an_external_id", condition=~Q(state=OutboxState.PUBLISHED) | ~Q(external_id="")
            ),
            models.UniqueConstraint(name="one_item_for_each_part", fields=["thread", "position"]),
            models.CheckConstraint(name="the_first_part_is_the_thread", condition=Q(thread=None) ^ Q(position__gt=1)),
        ]
        indexes = [
            # Serves the outbox page and the doubtful ones.
            models.Index(
                name="outbox_unfinished",
                fields=["workspace", "id"],
                condition=~Q(state__in=[OutboxState.PUBLISHED, OutboxState.CANCELLED]),
            ),
            # Serves settling our own post that comes back.
            models.Index(name="outbox_by_external_id", fields=["account", "external_id"]),
        ]

    class Personal:
        personal = {"text": "", "to_handle": "", "error": ""}
        kept = (
            "workspace account key origin thread position of conversation_id wall_id visibility in_reply_to language tags "
            "approved_hash state attempts due_at created_at created_by claimed_at looks held_at external_id "
            "permalink published_at"
        )


class OutboxMedia(models.Model):
    """A file that goes along, kept under the data folder until it is published."""

    item = models.ForeignKey(OutboxItem, on_delete=models.CASCADE, related_name="media")
    position = models.IntegerField()
    path = models.CharField(max_length=300)
    mime = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    alt = models.TextField(default="")
    digest = models.CharField(max_length=64)  # SHA-256 of the file

    class Personal:
        personal = {"name": "", "alt": "", "path": ""}
        kept = "item position mime digest"


class Hold(models.Model):
    """Nothing in its scope leaves while it stands. When it ends nothing fires by itself: a person resumes."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="holds")
    scope = models.CharField(max_length=12, choices=HoldScope)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="holds")
    tag = models.CharField(max_length=80, default="")
    reason = models.TextField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_hold_on_an_account_names_it", condition=~Q(scope=HoldScope.ACCOUNT) | ~Q(account=None)
            ),
            models.CheckConstraint(name="a_hold_on_a_tag_names_it", condition=~Q(scope=HoldScope.TAG) | ~Q(tag="")),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = "workspace scope account tag reason by created_at lifted_at lifted_by"
