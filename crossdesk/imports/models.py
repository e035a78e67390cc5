"""Imports: what was brought, by whom, how far it is, and which conversations came of it."""

from django.db import models
from django.db.models import Q

from crossdesk.channels.models import Account
from crossdesk.imports.enums import ImportState
from crossdesk.org.models import Member, Workspace


class Import(models.Model):
    """One file of another tool's history.

    path: where the file stands; "" once an uploaded one is deleted. digest: SHA-256 of it. plan: `plan.Plan`. summary:
    what checking found. position: how many places of the order are done, moved in the transaction of what they brought.
    account: all of it is of this one; None: each of our handles in the file has its own. error: why it stopped.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=1000, blank=True)
    uploaded = models.BooleanField(default=False)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.LOOKED)
    plan = models.JSONField(null=True)
    summary = models.JSONField(default=dict)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    read = models.IntegerField(default=0)  # rows of the file, while it is checked
    wrong = models.IntegerField(default=0)
    total = models.IntegerField(default=0)  # messages to bring
    position = models.IntegerField(default=0)
    messages = models.IntegerField(default=0)  # brought
    known = models.IntegerField(default=0)  # here already
    conversations = models.IntegerField(default=0)
    contacts = models.IntegerField(default=0)
    heard = models.IntegerField(default=0)  # unanswered ones that were read in the background
    heard_upto = models.BigIntegerField(default=0)  # `Brought` rows that were looked through for that
    error = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="what_comes_in_has_a_plan", condition=Q(state=ImportState.LOOKED) | Q(plan__isnull=False)
            ),
        ]
        indexes = [models.Index(name="imports_of_workspace", fields=["workspace", "-id"])]

    @property
    def has_begun(self) -> bool:
        """Is it coming in, or did it? Its columns stay as they are from its beginning on, before the first message."""
        return bool(self.position) or self.state not in (ImportState.LOOKED, ImportState.CHECKING, ImportState.CHECKED)


class Brought(models.Model):
    """A conversation that an import brought, or a message of it that stands in none."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="brought")
    conversation_id = models.BigIntegerField(null=True)
    message_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_conversation_or_a_message", condition=Q(conversation_id=None) ^ Q(message_id=None)
            ),
        ]
        indexes = [
            models.Index(name="brought_by_import", fields=["of", "id"]),
            # Serves the conversation's page: was it imported, and by whom?
            models.Index(
                name="brought_conversation", fields=["conversation_id"], condition=Q(conversation_id__isnull=False)
            ),
        ]
