"""What members were told, and what they wish to be told."""

from django.db import models
from django.db.models import Q

from crossdesk.channels.models import Account
from crossdesk.inbox.models import Conversation
from crossdesk.notices.enums import Kind
from crossdesk.org.models import Member, Workspace


class Notice(models.Model):
    """Something that one member should know about one conversation, or about one account that they manage.

    key: so that nobody is told the same thing twice. due_at: when it falls due, when the sign-in ends, or the hour that
    has a gap.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notices")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=80)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120, default="")
    due_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="told_once", fields=["member", "kind", "key"]),
            models.CheckConstraint(
                name="a_notice_is_of_one_thing",
                condition=Q(conversation=None, account__isnull=False) | Q(conversation__isnull=False, account=None),
            ),
        ]
        indexes = [
            # Serves the list of notices.
            models.Index(name="notices_of_member", fields=["member", "-at", "-id"]),
            # Serves the number beside the bell, and what opening a conversation settles.
            models.Index(name="notices_unseen", fields=["member", "conversation"], condition=Q(seen_at=None)),
        ]

    class Personal:
        personal: dict[str, object] = {"by_name": ""}
        kept = "workspace member conversation account kind key at due_at seen_at"


class Wish(models.Model):
    """What a member wishes not to be told. No row: they are told of everything."""

    member = models.OneToOneField(Member, primary_key=True, on_delete=models.CASCADE, related_name="+")
    without = models.JSONField(default=list)

    class Personal:
        personal: dict[str, object] = {}
        kept = "member without"
