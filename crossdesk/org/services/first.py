"""The first person of an installation: made once, by whoever holds the link that the server printed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from crossdesk.kit.errors import Conflict
from crossdesk.org import checks, queries
from crossdesk.org.models import FirstLink, Member, SetUp, User
from crossdesk.org.services import people, workspaces

VALID = timedelta(days=1)


class AlreadyFounded(Conflict):
    """Somebody is there already."""

    code = "org.already_founded"


@dataclass(frozen=True, slots=True)
class Founder:
    """Who they are and what they begin."""

    email: str
    name: str
    password: str
    workspace: str
    slug: str
    time_zone: str
    language: str


@transaction.atomic
def make_first_link(*, now: datetime) -> str:
    """The secret of the link that sets this installation up; the link before it stops working. Valid for a day."""
    if not queries.nobody_is_there():
        raise AlreadyFounded("This installation is set up already. People join it by invitation.")
    token, token_hash = checks.new_token()
    fresh = {"token_hash": token_hash, "created_at": now, "expires_at": now + VALID, "used_at": None}
    FirstLink.objects.update_or_create(place=1, defaults=fresh)
    return token


@transaction.atomic
def found(*, token: str, founder: Founder, now: datetime) -> Member:
    """Make the first person and their workspace, still without departments. They look after the installation too.

    Raises LinkNotValid when the link is unknown, used or too old, or when anybody is there already.
    """
    link = queries.first_link(token, now=now, lock=True)
    user = people.create_user(
        email=founder.email, name=founder.name, password=founder.password, now=now, time_zone=founder.time_zone,
        is_operator=True,
    )  # fmt: skip
    User.objects.filter(pk=user.pk).update(language=founder.language)
    user.language = founder.language
    workspace = workspaces.create_workspace(
        slug=founder.slug or workspaces.slug_of(founder.workspace), name=founder.workspace, owner=user, now=now,
        time_zone=founder.time_zone, language=founder.language, departments=(),
    )  # fmt: skip
    SetUp.objects.create(workspace=workspace)
    link.used_at = now
    link.save(update_fields=["used_at"])
    return Member.objects.select_related("user", "workspace").get(workspace=workspace, user=user)
