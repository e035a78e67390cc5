"""Inviting by link: shown once to whoever made it; mail is not needed."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from crossdesk.kit import clock
from crossdesk.kit.errors import Conflict, Invalid
from crossdesk.org import policies, queries, services
from crossdesk.org.enums import Right, Role
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation import people
from crossdesk.web.pages.organisation.frame import at, draw, tried
from crossdesk.web.sentences import spoken


class InviteForm(forms.Form):
    """Whom, as what, where."""

    email = forms.EmailField()
    role = forms.ChoiceField()
    departments = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Any, *, roles: list[tuple[str, str]], desks: list[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["departments"].choices = desks  # type: ignore[attr-defined]


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
def invite(request: Request) -> HttpResponse:
    """A form; then the link, once."""
    policies.require(request.actor, Right.MANAGE_PEOPLE, "invite people")
    desks = [(desk.pk, desk.name) for desk in queries.departments(request.actor)]
    form = InviteForm(request.POST or None, roles=people.roles_for(request), desks=desks)
    problem, status, link, email = "", 200, "", ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                invitation, token = services.invite(
                    email=given["email"], role=given["role"], department_ids=given["departments"], by=request.actor,
                    now=clock.now(),
                )  # fmt: skip
            except (Invalid, Conflict) as error:
                problem, status = spoken(error.message), error.status
            else:
                link, status = f"{settings.URL}{reverse('web:join', args=[token])}", 200
                email = invitation.email
    context = {
        "form": form,
        "desks": desks,
        "chosen": request.POST.getlist("departments"),
        "roles": people.roles_for(request),
        "role": form["role"].value() or Role.MEMBER,
        "means": people.MEANS,
        "link": link,
        "email": email,
    }
    return draw(request, "invite", "people", context, problem=problem, status=status)


@require_POST
@member_page
def revoke(request: Request, invitation_id: int) -> HttpResponse:
    """The link stops working."""
    return tried(
        request, lambda: services.revoke_invitation(invitation_id=invitation_id, by=request.actor, now=clock.now()),
        said=_("Taken back. The link no longer works."), back=at(request, "people"),
        page=lambda problem, status: people.page(request, problem, status),
    )  # fmt: skip
