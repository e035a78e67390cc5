"""What was said, stored once: contacts, identities, messages, media, readings, corrections."""

from django.db import models

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
        ]


class Message(models.Model):
    """One thing said on a network, by somebody to or about us, or by us. However often it was seen, one row.

    version counts edits, from 1. deleted_at: a tombstone, the text is gone from the network and shown as deleted.
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
            # Serves re-reading recent ones for edits and deletions, and the preview of rules.
            models.Index(name="messages_by_time", fields=["workspace", "-sent_at", "-id"]),
        ]


class MessageVersion(models.Model):
    """What a message said before an edit or its deletion."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    text = models.TextField()
    until = models.DateTimeField()  # when the next version took over

    class Meta:
        constraints = [models.UniqueConstraint(name="one_text_for_each_version", fields=["message", "number"])]


class Sighting(models.Model):
    """One of our accounts saw the message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="sightings")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=10, choices=Source)
    seen_at = models.DateTimeField()
    delivery_id = models.BigIntegerField(null=True)  # the raw delivery, while it is kept

    class Meta:
        constraints = [models.UniqueConstraint(name="one_sighting_for_each_account", fields=["message", "account"])]


class Media(models.Model):
    """An image, video or file on a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="media")
    position = models.IntegerField()
    kind = models.CharField(max_length=10)
    url = models.CharField(max_length=1000)
    mime = models.CharField(max_length=100, default="")
    alt = models.TextField(default="")
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_medium_for_each_position", fields=["message", "position"])]


class Reading(models.Model):
    """What the reader made of a message at one version of its text. values: `reading.ports.Reading.values()`."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="readings")
    version = models.IntegerField()  # of the message
    model = models.CharField(max_length=60)
    values = models.JSONField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_reading_for_each_version", fields=["message", "version"])]


class Correction(models.Model):
    """A person said what one head of a reading should have been. The latest that is not undone wins."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="corrections")
    head = models.CharField(max_length=20)
    before = models.JSONField(null=True)  # the verdict that stood
    after = models.JSONField(null=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
