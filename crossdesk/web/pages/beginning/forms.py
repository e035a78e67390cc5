"""What people send while they begin. What is wrong stands beside its field."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crossdesk.kit.errors import Conflict, Invalid
from crossdesk.org import checks, services
from crossdesk.org.models import User
from crossdesk.org.services.people import checked_password
from crossdesk.web import languages
from crossdesk.web.sentences import spoken


def _kept(check: Callable[[], Any]) -> Any:
    """What the room makes of it, or its sentence beside the field."""
    try:
        return check()
    except (Invalid, Conflict) as error:
        raise ValidationError(spoken(error.message)) from error


class FounderForm(forms.Form):
    """The first person and their workspace."""

    name = forms.CharField(max_length=120)
    email = forms.CharField(max_length=254)
    password = forms.CharField(max_length=200, strip=False)
    again = forms.CharField(max_length=200, strip=False)
    workspace = forms.CharField(max_length=120)
    slug = forms.CharField(max_length=60, required=False)
    time_zone = forms.CharField(max_length=60)
    language = forms.ChoiceField(choices=languages.choices)

    def clean_name(self) -> str:
        return str(_kept(lambda: checks.text(self.cleaned_data["name"], "a name", most=120)))

    def clean_email(self) -> str:
        return str(_kept(lambda: checks.email(self.cleaned_data["email"])))

    def clean_password(self) -> str:
        about = User(email=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("name", ""))
        return str(_kept(lambda: checked_password(self.cleaned_data["password"], about)))

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if again != self.data.get("password"):
            raise ValidationError(_("The two passwords are not the same."))
        return again

    def clean_workspace(self) -> str:
        return str(_kept(lambda: checks.text(self.cleaned_data["workspace"], "a name", most=120)))

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"] or services.slug_of(self.cleaned_data.get("workspace", ""))
        _kept(lambda: services.check_slug(slug))
        return str(slug)

    def clean_time_zone(self) -> str:
        return str(_kept(lambda: checks.time_zone(self.cleaned_data["time_zone"])))

    def founder(self) -> services.Founder:
        """All of it, as the room takes it."""
        given = self.cleaned_data
        return services.Founder(**{name: given[name] for name in services.Founder.__slots__})
