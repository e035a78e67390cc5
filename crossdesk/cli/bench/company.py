"""The company that is measured: ten departments, a member of each and an owner, two accounts on a Mastodon server."""

from datetime import UTC, datetime
from typing import Final

from crossdesk.channels import queries as channels
from crossdesk.channels.enums import AccountState
from crossdesk.channels.models import Account, AccountAccess
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor
from crossdesk.org.enums import Role
from crossdesk.org.models import Department, Member, User, Workspace
from crossdesk.org.services import people, workspaces
from crossdesk.triage import services as triage

SLUG: Final = "bench"
HOST: Final = "https://bench.invalid"  # nobody answers there: nothing is asked of a network
HANDLES: Final = ("wrenholt", "wrenholt_help")
OWNER: Final = "owner@bench.invalid"
FOUNDED: Final = datetime(2024, 12, 30, tzinfo=UTC)  # a Monday
READERS: Final = ("customer_service", "marketing", "sales", "risk", "legal")  # whose members ask for pages


def found() -> None:
    """Make it all in an empty database."""
    with clock.standing_at(FOUNDED):
        owner = _user(OWNER, "Ona Owner")
        workspace = workspaces.create_workspace(
            slug=SLUG, name="Bench", time_zone="UTC", owner=owner, now=FOUNDED
        )  # fmt: skip
        by = owner_of(workspace.pk)
        for desk in Department.objects.filter(workspace=workspace):
            people.add_member(
                user=_user(email_of(desk.key), f"{desk.name} member"), role=Role.MEMBER, by=by, now=FOUNDED,
                department_ids=[desk.pk],
            )  # fmt: skip
        for number, handle in enumerate(HANDLES):
            _account(workspace, handle, external_id=f"brand-{number}")
        triage.set_blind_percent(percent=0, by=by, now=FOUNDED)  # chance would wait in triage for people who never come


def owner_of(workspace_id: int) -> Actor:
    """The owner as an actor, who may do everything."""
    member = Member.objects.select_related("user").get(workspace_id=workspace_id, user__email=OWNER)
    return channels.actor_of(member)


def email_of(department_key: str) -> str:
    """Of the member who sits in this department."""
    return f"{department_key}@bench.invalid"


def workspace() -> Workspace:
    """The one that `found` made."""
    return Workspace.objects.get(slug=SLUG)


def _user(email: str, name: str) -> User:
    return people.create_user(email=email, name=name, password=None, now=FOUNDED)


def _account(workspace: Workspace, handle: str, *, external_id: str) -> None:
    """As connecting leaves it, but never asked for what is new: all that comes is stored by the measurement."""
    account = Account.objects.create(
        workspace=workspace, network="mastodon", host=HOST, external_id=external_id, handle=handle, name=handle,
        url=f"{HOST}/@{handle}", limits={"max_text": 500}, state=AccountState.LIVE, state_since=FOUNDED,
        connected_at=FOUNDED, pulled_at=FOUNDED,
    )  # fmt: skip
    AccountAccess.objects.bulk_create(
        AccountAccess(account=account, department=desk, monitor=True, respond=True)
        for desk in Department.objects.filter(workspace=workspace)
    )
