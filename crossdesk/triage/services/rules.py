"""The rules people write: kept only after they were checked, never deleted, each change in the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from crossdesk.journal import audit
from crossdesk.journal.changes import place, thing, way_back, with_right
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotAllowed, NotFound
from crossdesk.org.enums import Right
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
    _record("rule.created", rule, by=by, now=now, after=kept(rule))
    return rule


@transaction.atomic
def change_rule(*, rule_id: int, draft: Draft, by: Actor, now: datetime) -> Rule:
    """Other words for the same rule. Decisions already made stay as they are."""
    _allow(by)
    rule = _locked(by, rule_id)
    before = kept(rule)
    checked = rules.checked(draft, known=queries.known(by.workspace_id))
    for name, value in _columns(checked).items():
        setattr(rule, name, value)
    if kept(rule) == before:
        return rule
    rule.changed_at = now
    rule.save(update_fields=["name", "match", "conditions", "outcome", "changed_at"])
    _record("rule.changed", rule, by=by, now=now, before=before, after=kept(rule))
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
    _record(
        "rule.enabled" if on else "rule.disabled",
        rule,
        by=by,
        now=now,
        before={"enabled": not on},
        after={"enabled": on},
    )
    return rule


@transaction.atomic
def archive_rule(*, rule_id: int, by: Actor, now: datetime) -> None:
    """Take a rule out of use. Decisions go on naming it, and it can be put back."""
    _allow(by)
    rule = _locked(by, rule_id)
    order = list(queries.visible_rules(by).values_list("pk", flat=True))
    before = {**kept(rule), "enabled": rule.enabled, "place": order.index(rule.pk)}
    rule.enabled, rule.archived_at, rule.changed_at = False, now, now
    rule.save(update_fields=["enabled", "archived_at", "changed_at"])
    _record("rule.archived", rule, by=by, now=now, before=before)


@transaction.atomic
def restore_rule(*, rule_id: int, place: int, enabled: bool, by: Actor, now: datetime) -> Rule:
    """Bring an archived rule back to its place, checked anew: what it names may have gone since."""
    _allow(by)
    rule = Rule.objects.select_for_update().filter(
        workspace_id=by.workspace_id, pk=rule_id, archived_at__isnull=False
    ).first()  # fmt: skip
    if rule is None:
        raise NotFound("There is no such archived rule.")
    ordered = list(queries.visible_rules(by).select_for_update())
    if len(ordered) >= MOST_RULES:
        raise TooManyRules(f"A workspace has {MOST_RULES} rules at most. Archive one that is no longer needed.")
    rules.checked(_draft(kept(rule)), known=queries.known(by.workspace_id))
    rule.enabled, rule.archived_at, rule.changed_at = enabled, None, now
    ordered.insert(place, rule)
    for position, one in enumerate(ordered):
        one.position = position
    rule.save(update_fields=["enabled", "archived_at", "changed_at"])
    Rule.objects.bulk_update(ordered, ["position"])
    _record("rule.restored", rule, by=by, now=now, after={**kept(rule), "enabled": enabled, "place": place})
    return rule


def _draft(was: Mapping[str, Any]) -> Draft:
    """As somebody would write what was kept."""
    return Draft(name=was["name"], match=was["match"], conditions=was["conditions"], outcome=was["outcome"])


# How each change is put back


def _row(entry: AuditEntry) -> Rule | None:
    return Rule.objects.filter(workspace_id=place(entry), pk=thing(entry), archived_at=None).first()


def _stands(entry: AuditEntry) -> dict[str, Any] | None:
    rule = _row(entry)
    if rule is None:
        return None
    order = Rule.objects.filter(workspace_id=place(entry), archived_at=None).order_by("position", "id")
    return {**kept(rule), "enabled": rule.enabled, "place": list(order.values_list("pk", flat=True)).index(rule.pk)}


_MAY = with_right(Right.MANAGE_RULES)


@way_back("rule.created", "rule.restored", may=_MAY, stands=_stands)
def _archive(entry: AuditEntry, wanted: None, by: Actor, now: datetime) -> None:
    archive_rule(rule_id=thing(entry), by=by, now=now)


@way_back("rule.archived", may=_MAY, stands=_stands)
def _restore(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    to, enabled = wanted.get("place", MOST_RULES), wanted.get("enabled", False)
    restore_rule(rule_id=thing(entry), place=to, enabled=enabled, by=by, now=now)


@way_back("rule.changed", may=_MAY, stands=_stands)
def _change(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    change_rule(rule_id=thing(entry), draft=_draft(wanted), by=by, now=now)


@way_back("rule.moved", may=_MAY, stands=_stands)
def _move(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    move_rule(rule_id=thing(entry), to=wanted["place"], by=by, now=now)


@way_back("rule.enabled", "rule.disabled", may=_MAY, stands=_stands)
def _enable(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    enable_rule(rule_id=thing(entry), on=wanted["enabled"], by=by, now=now)


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


def kept(rule: Rule) -> dict[str, Any]:
    """As the audit trail holds it."""
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
