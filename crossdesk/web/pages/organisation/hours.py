"""Opening hours and holidays of a department: from a day on, never behind it."""

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdesk.kit import clock
from crossdesk.org import services
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation import departments, week
from crossdesk.web.pages.organisation.frame import at, tried


class FromForm(forms.Form):
    """From which day on."""

    valid_from = forms.DateField(error_messages={"required": "", "invalid": ""})
    time_zone = forms.CharField(max_length=60)


class HolidayForm(forms.Form):
    """Which day, and what it is called."""

    day = forms.DateField()
    name = forms.CharField(max_length=80)
    everywhere = forms.BooleanField(required=False)


@require_POST
@member_page
def set_hours(request: Request, department_id: int) -> HttpResponse:
    """Another week from a day on."""
    form = FromForm(request.POST)
    if not form.is_valid():
        return departments.page(request, department_id, _("Say from which day on, and in which time zone."), 422)
    given = form.cleaned_data
    return tried(
        request,
        lambda: services.set_hours(
            department_id=department_id, valid_from=given["valid_from"], week=week.sent(request.POST.dict()),
            time_zone=given["time_zone"], by=request.actor, now=clock.now(),
        ),
        said=_("Saved. What was measured before that day stays as it was."),
        back=at(request, "department", department_id),
        page=lambda problem, status: departments.page(request, department_id, problem, status),
    )  # fmt: skip


@require_POST
@member_page
def withdraw(request: Request, department_id: int, hours_id: int) -> HttpResponse:
    """Take back hours that have not begun."""
    return tried(
        request, lambda: services.withdraw_hours(hours_id=hours_id, by=request.actor, now=clock.now()),
        said=_("Taken back. The hours before them go on."), back=at(request, "department", department_id),
        page=lambda problem, status: departments.page(request, department_id, problem, status),
    )  # fmt: skip


@require_POST
@member_page
def add_holiday(request: Request, department_id: int) -> HttpResponse:
    """A day on which this department, or everybody, is closed."""
    form = HolidayForm(request.POST)
    if not form.is_valid():
        return departments.page(request, department_id, _("Give the day and what it is called."), 422)
    given = form.cleaned_data
    return tried(
        request,
        lambda: services.add_holiday(
            day=given["day"], name=given["name"], by=request.actor, now=clock.now(),
            department_ids=None if given["everywhere"] else [department_id],
        ),
        said=_("Closed on that day."), back=at(request, "department", department_id),
        page=lambda problem, status: departments.page(request, department_id, problem, status),
    )  # fmt: skip


@require_POST
@member_page
def remove_holiday(request: Request, department_id: int, holiday_id: int) -> HttpResponse:
    """Open on that day after all."""
    return tried(
        request, lambda: services.remove_holiday(holiday_id=holiday_id, by=request.actor, now=clock.now()),
        said=_("Open on that day after all."), back=at(request, "department", department_id),
        page=lambda problem, status: departments.page(request, department_id, problem, status),
    )  # fmt: skip
