"""What must not change below while work or rules hang on it."""

from crossdesk.inbox.models import Conversation, Duty
from crossdesk.org import guards
from crossdesk.org.models import Department
from crossdesk.triage.models import Rule
from crossdesk.triage.rules import Outcome


@guards.before_archiving
def nothing_hangs_on(department_id: int) -> str | None:
    """Open work, or a rule in use that names the department."""
    name = Department.objects.values_list("name", flat=True).get(pk=department_id)
    # Work behind walls counts too; how much there is of it is not said.
    at_work = Duty.objects.filter(department_id=department_id, closed_at=None)
    holding = Conversation.objects.filter(department_id=department_id, resolved_at=None)
    if at_work.exists() or holding.exists():
        return f"{name} has open work. Hand it over or finish it first."
    workspace_rules = Rule.objects.filter(workspace__departments=department_id, archived_at=None).order_by("position")
    for rule in workspace_rules:
        if department_id in dict(Outcome.from_json(rule.outcome).departments):
            return f"The rule “{rule.name}” names {name}. Change or archive the rule first."
    return None
