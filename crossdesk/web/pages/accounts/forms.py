"""What people send to the accounts' pages."""

from typing import Any

from django import forms

from crossdesk.web.pages.accounts import show


class ConnectForm(forms.Form):
    """Which network, where, and a token where the network has no sign-in page."""

    network = forms.ChoiceField()
    host = forms.CharField(max_length=200)
    token = forms.CharField(max_length=2000, required=False, strip=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["network"].choices = [(card.key, card.name) for card in show.networks()]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=300, required=False, strip=True)
