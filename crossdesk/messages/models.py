"""What was said, stored once: contacts, identities, messages, media, readings, corrections."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from crossdesk.channels.enums import Source
from crossdesk.channels.models import Account, OutboxItem
from crossdesk.messages.enums import Direction, MessageKind, Visibility
from crossdesk.org.models import Member, Wall, Workspace


class Contact(models.Model):
    """Somebody outside. One person may have an identity on each network."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=200)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Personal:
        personal = {"name": ""}
        kept = "workspace first_seen_at last_seen_at"


class Identity(models.Model):
    """A contact on one network."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    network = models.CharField(max_length=30)
    host = models.CharField(max_length=200)
    external_id = models.CharField(max_length=200)
    handle = models.CharField(max_length=200)
    name = models.CharField(max_length=200, default="")
    url = models.CharField(max_length=500, default="")
    avatar_url = models.CharField(max_length=500, default="")
    bio = models.TextField(default="")
    followers = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_identity_for_each_place", fields=["workspace", "network", "host", "external_id"]
            ),
            # Whose messages are whose stays known when people are taken apart again.
            models.UniqueConstraint(
                name="one_identity_of_a_contact_for_each_place", fields=["contact", "network", "host"]
            ),
        ]
        indexes = [
            # Serves the search for the same person: whose address a profile names.
            models.Index("workspace", Lower("url"), name="identities_by_address"),
        ]

    class Personal:
        personal = {
            "external_id": "erased-{pk}",
            "handle": "",
            "name": "",
            "url": "",
            "avatar_url": "",
            "bio": "",
            "followers": None,
        }
        kept = "workspace contact network host"


class NamedAddress(models.Model):
    """A profile names an address that may be somebody else's on another network: a page, or a whole handle.

    address: as `likeness.named` writes it.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="named")
    address = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(name="an_address_is_named_once", fields=["identity", "address"])]
        indexes = [models.Index(name="named_addresses", fields=["workspace", "address"])]

    class Personal:
        personal = {"address": "erased-{pk}"}
        kept = "workspace identity"


class KeptApart(models.Model):
    """Somebody said that these two are not the same person. They are never suggested again."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    one = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="kept_apart_once", fields=["one", "other"]),
            models.CheckConstraint(name="kept_apart_in_one_order", condition=Q(one__lt=F("other"))),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = "workspace one other by at"


class Message(models.Model):
    """One thing said on a network, by somebody to or about us, or by us. However often it was seen, one row.

    version counts edits, from 1. deleted_at: a tombstone, the text is gone from the network and shown as deleted.
    contact of an outbound one: whom it answers, where that is known. apart: `messages.apart`.
    found_by: the hashtags and words that brought it. Of the kind "found" it was not said to us.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(max_length=30)
    host = models.CharField(max_length=200)
    external_id = models.CharField(max_length=200)
    direction = models.CharField(max_length=3, choices=Direction)
    kind = models.CharField(max_length=10, choices=MessageKind)
    visibility = models.CharField(max_length=10, choices=Visibility)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")  # that saw or said it first
    identity = models.ForeignKey(Identity, null=True, on_delete=models.CASCADE, related_name="messages")  # null: ours
    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="messages")
    text = models.TextField()
    apart = models.JSONField(null=True)
    found_by = models.JSONField(null=True)
    language = models.CharField(max_length=10, default="")
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()
    parent_external_id = models.CharField(max_length=200, default="")
    root_external_id = models.CharField(max_length=200, default="")
    permalink = models.CharField(max_length=500, default="")
    version = models.IntegerField(default=1)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)  # came in by filling a gap
    decided_at = models.DateTimeField(null=True)  # when the first decision on it was stored
    check_at = models.DateTimeField(null=True)  # when to read it again on the network
    metrics = models.JSONField(default=dict)
    outbox = models.OneToOneField(OutboxItem, null=True, on_delete=models.SET_NULL, related_name="message")
    wall = models.ForeignKey(Wall, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_message_for_each_place", fields=["workspace", "network", "host", "external_id"]
            ),
        ]
        indexes = [
            # Serves the contact's card: all they ever said, newest first.
            models.Index(name="messages_of_contact", fields=["contact", "-sent_at", "-id"]),
            # Serves the preview of rules.
            models.Index(name="messages_by_time", fields=["workspace", "-sent_at", "-id"]),
            # Serves re-reading recent ones for edits and deletions.
            models.Index(name="messages_to_check", fields=["account", "check_at"], condition=Q(check_at__isnull=False)),
        ]

    class Personal:
        personal: dict[str, object] = {"text": "", "apart": None, "permalink": ""}
        kept = (
            "workspace network host external_id direction kind visibility account identity contact language "
            "sent_at received_at parent_external_id root_external_id version edited_at deleted_at late "
            "decided_at check_at metrics outbox wall found_by"
        )


class MessageVersion(models.Model):
    """What a message said before an edit or its deletion.

    number: below 1 for a text that reached us only after the one that replaced it.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    text = models.TextField()
    until = models.DateTimeField()  # when the next version took over

    class Meta:
        constraints = [models.UniqueConstraint(name="one_text_for_each_version", fields=["message", "number"])]

    class Personal:
        personal = {"text": ""}
        kept = "message number until"


class EarlyDeletion(models.Model):
    """A deletion that reached us before the message. Kept as long as raw deliveries are."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(max_length=30)
    host = models.CharField(max_length=200)
    external_id = models.CharField(max_length=200)
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_early_deletion_for_each_place", fields=["workspace", "network", "host", "external_id"]
            ),
        ]
        indexes = [models.Index(name="early_deletions_by_time", fields=["received_at"])]

    class Personal:
        personal: dict[str, object] = {}
        kept = "workspace network host external_id at received_at"


class Reaction(models.Model):
    """Somebody favourited or reposted a message, each once. Known by the message's place, which may come later."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(max_length=30)
    host = models.CharField(max_length=200)
    message_external_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    external_id = models.CharField(max_length=200)  # of who reacted
    handle = models.CharField(max_length=200)
    name = models.CharField(max_length=200, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_reaction_of_a_kind_for_each_person",
                fields=["workspace", "network", "host", "message_external_id", "kind", "external_id"],
            ),
        ]

    class Personal:
        personal = {"external_id": "erased-{pk}", "handle": "", "name": ""}
        kept = "workspace network host message_external_id kind at"


class Sighting(models.Model):
    """One of our accounts saw the message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="sightings")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=10, choices=Source)
    seen_at = models.DateTimeField()
    delivery_id = models.BigIntegerField(null=True)  # the raw delivery, while it is kept

    class Meta:
        constraints = [models.UniqueConstraint(name="one_sighting_for_each_account", fields=["message", "account"])]

    class Personal:
        personal: dict[str, object] = {}
        kept = "message account source seen_at delivery_id"


class Media(models.Model):
    """An image, video or file on a message, and our own copy of it under the data folder.

    path: of the copy; "" while there is none. kept_mime: what the copy is, by its own bytes. error: why there
    will be none.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="media")
    position = models.IntegerField()
    kind = models.CharField(max_length=10)
    url = models.CharField(max_length=1000)
    mime = models.CharField(max_length=100, default="")
    alt = models.TextField(default="")
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    path = models.CharField(max_length=200, default="")
    kept_mime = models.CharField(max_length=100, default="")
    tries = models.IntegerField(default=0)
    error = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(name="one_medium_for_each_position", fields=["message", "position"])]

    class Personal:
        personal = {"url": "", "alt": "", "path": "", "error": ""}
        kept = "message position kind mime width height kept_mime tries"


class Reading(models.Model):
    """What the reader made of a message at one version of its text. values: `reading.ports.Reading.values()`.

    vector: the text's place among texts, `reading.ports.Reading.vector`; only those of one model can be compared.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="readings")
    version = models.IntegerField()  # of the message
    model = models.CharField(max_length=60)
    values = models.JSONField()
    vector = models.BinaryField(default=b"")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_reading_for_each_version", fields=["message", "version"])]

    class Personal:
        personal: dict[str, object] = {"values": {}, "vector": b""}
        kept = "message version model read_at"


class Correction(models.Model):
    """A person said what one head of a reading should have been. The latest that is not undone wins.

    before: the verdict that stood, with its p; version, model, in_doubt: of the text it was of, who had read it, and
    whether it had been left to people. None and empty on rows older than these fields.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="corrections")
    head = models.CharField(max_length=20)
    before = models.JSONField(null=True)
    version = models.IntegerField(null=True)
    model = models.CharField(max_length=60, default="")
    in_doubt = models.BooleanField(null=True)
    after = models.JSONField(null=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Personal:
        personal: dict[str, object] = {}
        kept = "message head before version model in_doubt after by at undone_at"
