"""The demo company in Crossdesk: its workspace, its people, and its accounts on the sandbox network."""

from datetime import datetime

from django.contrib.auth.hashers import make_password

from crossdesk.channels import queries as channels
from crossdesk.channels.models import Account
from crossdesk.channels.networks.sandbox import cast
from crossdesk.channels.services import connecting
from crossdesk.cli.demo.network import Sandbox
from crossdesk.kit.actor import Actor
from crossdesk.org.models import Department, Member, User, Workspace
from crossdesk.org.services import people, workspaces

SLUG = "wrenholt"


def found(*, password: str, now: datetime) -> tuple[Workspace, dict[str, Member]]:
    """Make the workspace with all its people. Returns it and its members by e-mail address."""
    company = cast.company()
    first = next(member for member in company.members if member.role == "owner")
    users = {staff.email: _user(staff, now=now) for staff in company.members}
    # One password for all, so one hash for all: hashing is slow by design.
    User.objects.filter(pk__in=[user.pk for user in users.values()]).update(password=make_password(password))
    workspace = workspaces.create_workspace(
        slug=SLUG, name=company.name, time_zone=company.time_zone, owner=users[first.email], now=now
    )
    desks = dict(Department.objects.filter(workspace=workspace).values_list("key", "pk"))
    owner = Member.objects.get(workspace=workspace, user=users[first.email])
    by = channels.actor_of(owner)
    members = {first.email: owner}
    for staff in company.members:
        if staff.email != first.email:
            members[staff.email] = people.add_member(
                user=users[staff.email], role=staff.role, title=staff.title, by=by, now=now,
                department_ids=[desks[key] for key in staff.departments],
            )  # fmt: skip
        people.set_seats(
            member_id=members[staff.email].pk, by=by, now=now,
            department_ids=[desks[key] for key in staff.departments], leads=[desks[key] for key in staff.leads],
        )  # fmt: skip
    return workspace, members


def _user(staff: cast.StaffMember, *, now: datetime) -> User:
    return people.create_user(email=staff.email, name=staff.name, password=None, now=now, time_zone=staff.time_zone)


def connect(sandbox: Sandbox, *, by: Actor, now: datetime) -> dict[str, Account]:
    """Make the company's accounts on the network and connect them. Returns them by handle."""
    connected = {}
    for account in cast.company().accounts:
        made = sandbox.control(
            "accounts", handle=account.handle, name=account.name, bio=account.bio, hue=account.avatar_hue, kind="brand"
        )
        connected[account.handle] = connecting.connect_with_token(
            network="sandbox", host=sandbox.base, answer={"token": made["token"]}, by=by, now=now
        )
    return connected
