"""The address at which a source hands in: shown with its secret once, and what was turned away there."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from crossdesk.channels import queries
from crossdesk.channels.models import Account
from crossdesk.channels.services import doors
from crossdesk.web.access import Request
from crossdesk.web.sentences import spoken


@dataclass(frozen=True, slots=True)
class DoorCard:
    """What the account's page says of its door."""

    address: str
    came_at: datetime | None
    refused: int
    refused_at: datetime | None
    refused_why: str
    too_large: int
    too_many: int

    @property
    def turned_away(self) -> bool:
        """Was anything?"""
        return bool(self.refused or self.too_large or self.too_many)


def card(request: Request, account: Account) -> DoorCard | None:
    """None where the network does not hand in. One query."""
    door = queries.door_of(request.actor, account.pk)
    if door is None:
        return None
    return DoorCard(
        address=f"{settings.URL}{doors.path_of(door)}",
        came_at=door.came_at,
        refused=door.refused,
        refused_at=door.refused_at,
        refused_why=spoken(door.refused_why),
        too_large=door.too_large,
        too_many=door.too_many,
    )


def show_once(request: Request, account: Account, opened: doors.Opened, *, changed: bool = False) -> HttpResponse:
    """The secret and how to use it: drawn in the answer itself, so that nothing keeps it."""
    context = {
        "account": account,
        "address": f"{settings.URL}{opened.path}",
        "secret": opened.secret,
        "verify_token": opened.verify_token,
        "changed": changed,
        "account_address": reverse("web:account", args=[request.workspace.slug, account.pk]),
    }
    response = render(request, "accounts/door.html.jinja", context)
    response.headers["Cache-Control"] = "no-store"
    return response
