"""Writing a rule: conditions line by line, what it then does, tried on the last thirty days before it is kept."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crossdesk.journal import audit
from crossdesk.kit import clock
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed
from crossdesk.org.enums import Right
from crossdesk.triage import preview, queries, services
from crossdesk.triage.conditions import KINDS
from crossdesk.triage.enums import Match
from crossdesk.triage.rules import MOST_CONDITIONS
from crossdesk.triage.subject import URGENCIES
from crossdesk.web.access import Request, member_page
from crossdesk.web.jinja import words
from crossdesk.web.pages.organisation.changes import lately
from crossdesk.web.pages.organisation.frame import at, draw, with_undo
from crossdesk.web.pages.organisation.written import Written
from crossdesk.web.sentences import spoken


@require_http_methods(["GET", "POST"])
@member_page
def new(request: Request) -> HttpResponse:
    """A rule that comes after all others."""
    if not request.actor.may(Right.MANAGE_RULES):
        raise NotAllowed(_("You may not change rules. Ask a lead or an administrator."))
    if request.method == "POST":
        return _sent(request, None)
    return _form(request, Written(), None)


@require_http_methods(["GET", "POST"])
@member_page
def rule(request: Request, rule_id: int) -> HttpResponse:
    """A rule that is in use; to read for everybody."""
    row = queries.rule(request.actor, rule_id)
    if request.method == "POST":
        return _sent(request, row.pk)
    return _form(request, Written.kept(row), row.pk)


def _sent(request: Request, rule_id: int | None) -> HttpResponse:
    """Add or remove a line, try it, keep it."""
    written, do = Written.sent(request.POST), request.POST.get("do", "")
    if do not in ("try", "keep"):
        return _form(request, written.changed(do), rule_id)
    actor, now = request.actor, clock.now()
    try:
        if do == "try":
            tried = preview.preview(written.draft(), by=actor, now=now, rule_id=rule_id)
            return _form(request, written, rule_id, tried=tried)
        with audit.noted() as entries:
            if rule_id is None:
                services.create_rule(draft=written.draft(), by=actor, now=now)
            else:
                services.change_rule(rule_id=rule_id, draft=written.draft(), by=actor, now=now)
    except (Invalid, Conflict) as error:
        return _form(request, written, rule_id, problem=spoken(error.message), status=error.status)
    said = _("Kept. It works from the next message on; what was decided stays.")
    with_undo(request, said, entries, back=at(request, "rules"))
    return redirect(at(request, "rules"))


def _form(
    request: Request, written: Written, rule_id: int | None, *, tried: preview.Preview | None = None, problem: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    known = queries.known(request.actor.workspace_id)
    context: dict[str, Any] = {
        "written": written,
        "rule_id": rule_id,
        "here": at(request, "rule", rule_id) if rule_id is not None else at(request, "rule_new"),
        "kinds": [(f"{on}:{how}", spoken(kind.label)) for (on, how), kind in KINDS.items()],
        "matches": [(value, spoken(label)) for value, label in Match.choices],
        "accounts": [(str(pk), name) for pk, name in known.accounts.items()],
        "desks": [(str(pk), name) for pk, name in known.departments.items()],
        "members": [("", _("Nobody in particular")), *((pk, name) for pk, name in known.members.items())],
        "urgencies": [("", _("As it is read")), *((one, words(one)) for one in URGENCIES)],
        "most": MOST_CONDITIONS,
        "tried": tried,
        "may_manage": request.actor.may(Right.MANAGE_RULES),
        "lately": lately(request, "rules", rule_id) if rule_id is not None else None,
    }
    return draw(request, "rule", "rules", context, problem=problem, status=status)
