"""What measures know: one line for each block, and sums of those lines by day. Both follow the facts.

Ids of other rooms' rows stand as plain numbers (0: none), so that a figure of the past outlives what it counted.
"""

from django.db import models

from crossdesk.org.models import Department, Workspace

# Ended, answered or not, and the moment of its target has not come. What runs on is told by `TargetFellDue`.
STILL_RUNNING = models.Q(
    models.Q(answered_at__isnull=False) | models.Q(given_up=True), due_at__isnull=False, fell_due=False
)


class Ledger(models.Model):
    """What a workspace's figures go by until they are rebuilt: the zone of their days, and a moment.

    targets_until: targets of blocks that ended before them have come in up to this moment; later ones still run and
    count in no figure.
    """

    workspace = models.OneToOneField(Workspace, primary_key=True, on_delete=models.CASCADE, related_name="+")
    time_zone = models.CharField(max_length=60)
    targets_until = models.DateTimeField()


class MeasuredBlock(models.Model):
    """One block of messages as the facts told of it; drill-downs list these rows.

    Departments are those that owned the work at that event. `rate_department` and `target_department` settle who the
    block counts for: who answered in time, otherwise who held it when the time ran out. Days are local.
    """

    block_id = models.BigIntegerField(primary_key=True)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    conversation_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    wall_id = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    started_day = models.DateField()
    taken_back = models.BooleanField(default=False)  # they deleted it, or an earlier block took it in: counts nowhere
    given_up = models.BooleanField(default=False)  # ended with no reply
    given_up_department = models.BigIntegerField(default=0)
    decided = models.BooleanField(default=False)
    needs_reply = models.BooleanField(null=True)
    first = models.BooleanField(default=False)  # its conversation's first block that needs a reply
    decided_department = models.BigIntegerField(default=0)
    ripe = models.BooleanField(default=False)  # 72 hours have passed since it began
    ripe_department = models.BigIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    due_day = models.DateField(null=True)
    missed = models.BooleanField(default=False)  # told: its target passed with no reply
    missed_department = models.BigIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answered_day = models.DateField(null=True)
    answered_kind = models.CharField(max_length=12, default="")  # person, elsewhere, automation
    answer_department = models.BigIntegerField(default=0)
    response_seconds = models.IntegerField(null=True)
    business_seconds = models.IntegerField(null=True)
    by_people = models.BooleanField(default=False)
    within_72h = models.BooleanField(default=False)
    within_target = models.BooleanField(default=False)
    fell_due = models.BooleanField(default=False)  # its target's moment has come, answered or not
    rate_department = models.BigIntegerField(default=0)
    target_department = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            # Serve drill-downs, newest first; each measure goes by one of the three moments.
            models.Index(name="measured_by_start", fields=["workspace", "-started_at", "-block_id"]),
            models.Index(
                name="measured_by_answer",
                fields=["workspace", "-answered_at", "-block_id"],
                condition=models.Q(by_people=True),
            ),
            models.Index(
                name="measured_by_due", fields=["workspace", "-due_at", "-block_id"], condition=models.Q(fell_due=True)
            ),
            # Serves the clock: blocks that ended, answered or not, whose target still runs.
            models.Index(name="measured_still_running", fields=["workspace", "due_at"], condition=STILL_RUNNING),
            # Serves enclosing a conversation, and the comparison with the facts, one conversation after the other.
            models.Index(name="measured_of_conversation", fields=["workspace", "conversation_id", "block_id"]),
        ]


class Rollup(models.Model):
    """Sums of one series in one place on one local day. histogram: durations in log buckets, where it has any.

    elsewhere: of the numerator, answers sent outside Crossdesk. automated: of the denominator, blocks that only
    automation answered.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    series = models.CharField(max_length=40)
    day = models.DateField()
    account_id = models.BigIntegerField()
    department_id = models.BigIntegerField(default=0)
    wall_id = models.BigIntegerField(default=0)
    numerator = models.BigIntegerField(default=0)
    denominator = models.BigIntegerField(default=0)
    elsewhere = models.BigIntegerField(default=0)
    automated = models.BigIntegerField(default=0)
    histogram = models.BinaryField(default=bytes)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_rollup_for_each_place_and_day",
                fields=["workspace", "series", "day", "account_id", "department_id", "wall_id"],
            ),
        ]


class Goal(models.Model):
    """What a department wants to reach: a share of 1, or a median in seconds that it wants to stay below."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="+")
    measure = models.CharField(max_length=60)
    value = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_goal_for_each_measure", fields=["department", "measure"]),
        ]
