"""Creating, changing, ordering, resting and archiving rules: who may, what the audit trail keeps, what stays."""

import pytest

from crossdesk.journal import audit, changes
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.org.enums import Role
from crossdesk.triage import queries, services
from crossdesk.triage.conditions import BadRule
from crossdesk.triage.models import Rule
from crossdesk.triage.rules import Draft, Outcome
from tests.conftest import NOON, actor_of
from tests.org.factories import DepartmentFactory, MemberFactory
from tests.triage.factories import RuleFactory

pytestmark = pytest.mark.django_db

REFUND = [{"on": "text", "is": "any", "value": ["refund"]}]
DRAFT = Draft(name="Refunds", conditions=REFUND, outcome={"urgency": "high"})
KEPT = {
    "name": "Refunds",
    "match": "all",
    "conditions": REFUND,
    "outcome": {
        "departments": [], "owner_id": None, "urgency": "high", "needs_reply": None, "tags": [], "triage": False,
    },
}  # fmt: skip


@pytest.fixture
def lead():
    return MemberFactory(role=Role.LEAD)


@pytest.fixture
def by(lead):
    return actor_of(lead)


def audited():
    return list(AuditEntry.objects.order_by("id").values_list("action", "subject_name", "before", "after"))


def order(by):
    return [line.name for line in queries.rule_lines(by)]


def test_a_rule_is_kept_after_all_others_and_written_down(by, lead):
    RuleFactory(workspace=lead.workspace, position=4, name="First")

    rule = services.create_rule(draft=DRAFT, by=by, now=NOON)

    assert order(by) == ["First", "Refunds"]
    assert (rule.created_by_id, rule.enabled, rule.created_at) == (lead.pk, True, NOON)
    assert audited() == [("rule.created", "Refunds", None, KEPT)]


def test_a_member_without_the_right_changes_nothing():
    member = MemberFactory(role=Role.MEMBER)
    rule = RuleFactory(workspace=member.workspace)
    by = actor_of(member)

    for act in (
        lambda: services.create_rule(draft=DRAFT, by=by, now=NOON),
        lambda: services.change_rule(rule_id=rule.pk, draft=DRAFT, by=by, now=NOON),
        lambda: services.move_rule(rule_id=rule.pk, to=0, by=by, now=NOON),
        lambda: services.enable_rule(rule_id=rule.pk, on=False, by=by, now=NOON),
        lambda: services.archive_rule(rule_id=rule.pk, by=by, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert list(Rule.objects.values_list("name", "enabled", "archived_at")) == [(rule.name, True, None)]
    assert audited() == []


def test_a_rule_of_another_workspace_does_not_exist(by):
    foreign = RuleFactory()

    for act in (
        lambda: services.change_rule(rule_id=foreign.pk, draft=DRAFT, by=by, now=NOON),
        lambda: services.move_rule(rule_id=foreign.pk, to=0, by=by, now=NOON),
        lambda: services.enable_rule(rule_id=foreign.pk, on=False, by=by, now=NOON),
        lambda: services.archive_rule(rule_id=foreign.pk, by=by, now=NOON),
    ):
        with pytest.raises(NotFound):
            act()

    assert audited() == []


def test_a_department_of_another_workspace_cannot_be_named(by):
    foreign = DepartmentFactory()
    draft = Draft(
        name="Away", conditions=REFUND, outcome={"departments": [{"department_id": foreign.pk, "kind": "respond"}]}
    )  # fmt: skip

    with pytest.raises(BadRule):
        services.create_rule(draft=draft, by=by, now=NOON)

    assert not Rule.objects.exists()


def test_a_changed_rule_keeps_its_place_and_tells_before_and_after(by):
    first = services.create_rule(draft=DRAFT, by=by, now=NOON)
    services.create_rule(draft=Draft(name="Second", conditions=REFUND, outcome={"triage": True}), by=by, now=NOON)

    services.change_rule(
        rule_id=first.pk, draft=Draft(name="Money", conditions=REFUND, outcome={"urgency": "high"}), by=by, now=NOON
    )  # fmt: skip

    assert order(by) == ["Money", "Second"]
    assert audited()[-1] == ("rule.changed", "Money", KEPT, {**KEPT, "name": "Money"})


def test_saving_a_rule_unchanged_writes_nothing(by):
    rule = services.create_rule(draft=DRAFT, by=by, now=NOON)

    services.change_rule(rule_id=rule.pk, draft=DRAFT, by=by, now=NOON)

    assert [entry[0] for entry in audited()] == ["rule.created"]


def test_rules_are_put_in_another_order(by, lead):
    rules = [RuleFactory(workspace=lead.workspace, name=name) for name in "ABC"]

    services.move_rule(rule_id=rules[2].pk, to=0, by=by, now=NOON)
    services.move_rule(rule_id=rules[0].pk, to=99, by=by, now=NOON)
    services.move_rule(rule_id=rules[0].pk, to=2, by=by, now=NOON)

    assert order(by) == ["C", "B", "A"]
    assert audited() == [
        ("rule.moved", "C", {"place": 2}, {"place": 0}),
        ("rule.moved", "A", {"place": 1}, {"place": 2}),
    ]


def test_a_resting_rule_stands_in_the_list_and_decides_nothing(by, lead):
    rule = services.create_rule(draft=DRAFT, by=by, now=NOON)

    services.enable_rule(rule_id=rule.pk, on=False, by=by, now=NOON)

    assert [(line.name, line.enabled) for line in queries.rule_lines(by)] == [("Refunds", False)]
    assert queries.setup(lead.workspace_id).rules == []
    services.enable_rule(rule_id=rule.pk, on=True, by=by, now=NOON)
    assert [one.name for one in queries.setup(lead.workspace_id).rules] == ["Refunds"]
    assert [entry[0] for entry in audited()] == ["rule.created", "rule.disabled", "rule.enabled"]


def test_an_archived_rule_is_gone_from_the_list_but_kept(by, lead):
    rule = services.create_rule(draft=DRAFT, by=by, now=NOON)

    services.archive_rule(rule_id=rule.pk, by=by, now=NOON)

    assert order(by) == []
    assert queries.setup(lead.workspace_id).rules == []
    assert list(Rule.objects.values_list("name", "enabled", "archived_at")) == [("Refunds", False, NOON)]
    with pytest.raises(NotFound):
        services.enable_rule(rule_id=rule.pk, on=True, by=by, now=NOON)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_rules_costs_the_same_for_any_number(by, lead, rows, django_assert_num_queries):
    RuleFactory.create_batch(rows, workspace=lead.workspace)

    with django_assert_num_queries(5):  # seats, members, departments, accounts, rules
        lines = queries.rule_lines(by)

    assert [line.sentence for line in lines] == ["If the text contains “refund”: urgency is high."] * rows


def test_the_setup_costs_the_same_for_any_workspace(lead, django_assert_num_queries):
    RuleFactory.create_batch(5, workspace=lead.workspace)
    RuleFactory()

    with django_assert_num_queries(4):  # departments, matrix, targets, rules
        setup = queries.setup(lead.workspace_id)

    assert len(setup.rules) == 5


# Putting changes back


def kept(by):
    rows = Rule.objects.filter(workspace_id=by.workspace_id, archived_at=None).order_by("position", "id")
    return [(row.name, row.enabled, row.match, row.conditions, Outcome.from_json(row.outcome)) for row in rows]


PUT_BACK = {
    "created": lambda rule, do: services.create_rule(draft=DRAFT, **do),
    "changed": lambda rule, do: services.change_rule(rule_id=rule.pk, draft=DRAFT, **do),
    "moved": lambda rule, do: services.move_rule(rule_id=rule.pk, to=2, **do),
    "let rest": lambda rule, do: services.enable_rule(rule_id=rule.pk, on=False, **do),
    "archived": lambda rule, do: services.archive_rule(rule_id=rule.pk, **do),
}


@pytest.mark.parametrize("name", PUT_BACK)
def test_a_change_of_a_rule_is_put_back_and_done_again(by, lead, name):
    first, *_ = (RuleFactory(workspace=lead.workspace, position=place) for place in range(3))
    before = kept(by)
    with audit.noted() as entries:
        PUT_BACK[name](first, {"by": by, "now": NOON})
    changed = kept(by)

    with audit.noted() as again:
        changes.put_back(entry_ids=entries, by=by, now=NOON)
    put_back = kept(by)
    changes.put_back(entry_ids=again, by=by, now=NOON)

    assert changed != before
    assert (put_back, kept(by)) == (before, changed)


def test_a_rule_that_names_what_has_gone_stays_archived(by, lead):
    desk = DepartmentFactory(workspace=lead.workspace)
    draft = Draft("Theirs", REFUND, {"departments": [{"department_id": desk.pk, "kind": "respond"}]})
    rule = services.create_rule(draft=draft, by=by, now=NOON)
    with audit.noted() as entries:
        services.archive_rule(rule_id=rule.pk, by=by, now=NOON)
    desk.archived_at = NOON
    desk.save(update_fields=["archived_at"])

    with pytest.raises(BadRule):
        changes.put_back(entry_ids=entries, by=by, now=NOON)

    assert kept(by) == []


def test_a_member_puts_no_rule_back(by, lead):
    with audit.noted() as entries:
        services.create_rule(draft=DRAFT, by=by, now=NOON)

    with pytest.raises(NotAllowed):
        changes.put_back(entry_ids=entries, by=actor_of(MemberFactory(workspace=lead.workspace)), now=NOON)

    assert len(kept(by)) == 1
