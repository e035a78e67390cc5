"""The rules people write: kept only after they were checked, never deleted, each change in the audit trail."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from crossdesk.journal import audit
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotAllowed
from crossdesk.triage import policies, queries, rules
from crossdesk.triage.models import Rule
from crossdesk.triage.rules import Checked, Draft, Outcome

MOST_RULES = 200


class TooManyRules(Conflict):
    """The workspace has as many rules as it may have."""

    code = "triage.too_many_rules"


@transaction.atomic
def create_rule(*, draft: Draft, by: Actor, now: datetime, enabled: bool = True) -> Rule:
    """A new rule, after all others. Raises BadRule with a sentence that says what to change."""
    _allow(by)
    checked = rules.checked(draft, known=queries.known(by.workspace_id))
    others = queries.visible_rules(by)
    if others.count() >= MOST_RULES:
        raise TooManyRules(f"A workspace has {MOST_RULES} rules at most. Archive one that is no longer needed.")
    last = others.aggregate(last=Max("position"))["last"]
    rule = Rule.objects.create(
        workspace_id=by.workspace_id,
        position=0 if last is None else last + 1,
        enabled=enabled,
        created_by_id=by.member_id,
        created_at=now,
        changed_at=now,
        **_columns(checked),
    )
    _record("rule.created", rule, by=by, now=now, after=_kept(rule))
    return rule


@transaction.atomic
def change_rule(*, rule_id: int, draft: Draft, by: Actor, now: datetime) -> Rule:
    """Other words for the same rule. Decisions already made stay as they are."""
    _allow(by)
    rule = _locked(by, rule_id)
    before = _kept(rule)
    checked = rules.checked(draft, known=queries.known(by.workspace_id))
    for name, value in _columns(checked).items():
        setattr(rule, name, value)
    if _kept(rule) == before:
        return rule
    rule.changed_at = now
    rule.save(update_fields=["name", "match", "conditions", "outcome", "changed_at"])
    _record("rule.changed", rule, by=by, now=now, before=before, after=_kept(rule))
    return rule


@transaction.atomic
def move_rule(*, rule_id: int, to: int, by: Actor, now: datetime) -> None:
    """Put a rule at another place in the order. to: 0 is first; anything behind the end is last."""
    _allow(by)
    ordered = list(queries.visible_rules(by).select_for_update())
    rule = queries.rule(by, rule_id)
    before = [row.pk for row in ordered]
    after = [one for one in before if one != rule.pk]
    after.insert(max(0, to), rule.pk)
    if after == before:
        return
    by_id = {row.pk: row for row in ordered}
    for position, one in enumerate(after):
        by_id[one].position = position
    Rule.objects.bulk_update(ordered, ["position"])
    _record(
        "rule.moved", rule, by=by, now=now, before={"place": before.index(rule.pk)}, after={"place": after.index(rule.pk)}
    )  # fmt: skip


@transaction.atomic
def enable_rule(*, rule_id: int, on: bool, by: Actor, now: datetime) -> Rule:
    """Let a rule work, or let it rest."""
    _allow(by)
    rule = _locked(by, rule_id)
    if rule.enabled == on:
        return rule
    rule.enabled, rule.changed_at = on, now
    rule.save(update_fields=["enabled", "changed_at"])
    _record("rule.enabled" if on else "rule.disabled", rule, by=by, now=now)
    return rule


@transaction.atomic
def archive_rule(*, rule_id: int, by: Actor, now: datetime) -> None:
    """Take a rule out of use for good. Decisions go on naming it."""
    _allow(by)
    rule = _locked(by, rule_id)
    rule.enabled, rule.archived_at, rule.changed_at = False, now, now
    rule.save(update_fields=["enabled", "archived_at", "changed_at"])
    _record("rule.archived", rule, by=by, now=now, before=_kept(rule))


def _allow(by: Actor) -> None:
    if not policies.can_manage_rules(by):
        raise NotAllowed("You may not change rules. Ask a lead or an administrator.")


def _locked(by: Actor, rule_id: int) -> Rule:
    queries.rule(by, rule_id)
    return Rule.objects.select_for_update().get(pk=rule_id)


def _columns(checked: Checked) -> dict[str, Any]:
    return {
        "name": checked.name,
        "match": checked.match,
        "conditions": checked.conditions,
        "outcome": checked.outcome.as_json(),
    }


def _kept(rule: Rule) -> dict[str, Any]:
    outcome = Outcome.from_json(rule.outcome).as_json()
    return {"name": rule.name, "match": rule.match, "conditions": rule.conditions, "outcome": outcome}


def _record(
    action: str, rule: Rule, *, by: Actor, now: datetime, before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    audit.record(
        action, by=by, at=now, subject_kind="rule", subject_id=rule.pk, subject_name=rule.name, before=before,
        after=after,
    )  # fmt: skip
