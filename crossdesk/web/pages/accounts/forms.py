"""What people send to the accounts' pages."""

from typing import Any

from django import forms

from crossdesk.web.pages.accounts import show


class ConnectForm(forms.Form):
    """Which network, and what it asks for."""

    network = forms.ChoiceField()

    def __init__(self, *args: Any, network: show.NetworkCard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.card = network
        self.fields["network"].choices = [(card.key, card.name) for card in show.networks()]  # type: ignore[attr-defined]
        for one in network.fields:
            self.fields[one.name] = forms.CharField(max_length=2000, required=one.required, strip=True)

    @property
    def typed(self) -> dict[str, str]:
        """What was typed beside the host."""
        names = (one.name for one in self.card.fields if one.name != "host")
        return {name: given for name in names if (given := self.cleaned_data[name])}

    @property
    def at_once(self) -> bool:
        """Is it tried with what was typed, and nobody sent to the network's own page?"""
        return self.card.by_token or not self.card.instead.isdisjoint(self.typed)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=300, required=False, strip=True)
