"""Joining by link: no mail is needed, and only a hash of the link's secret is kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from crossdesk.journal import audit
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotAllowed, NotFound
from crossdesk.org import checks, policies, queries
from crossdesk.org.enums import Right
from crossdesk.org.models import Department, Invitation, Member, User
from crossdesk.org.services import people

VALID = timedelta(days=7)


class SignInFirst(Conflict):
    """The invited person has a user already."""

    code = "org.sign_in_first"


class ForSomebodyElse(Conflict):
    """Another person is signed in."""

    code = "org.for_somebody_else"


class RunOut(Conflict):
    """A link works for some days only."""

    code = "org.run_out"


@transaction.atomic
def invite(
    *, email: str, role: str, department_ids: Sequence[int], by: Actor, now: datetime, name: str = ""
) -> tuple[Invitation, str]:
    """An invitation and the secret of its link, which is shown once. Inviting again replaces the link before.

    name: what they are probably called; they may write it otherwise when they join.
    """
    policies.require(by, Right.MANAGE_PEOPLE, "invite people")
    address, role = checks.email(email), checks.role(role)
    if not policies.can_make(by, role):
        raise NotAllowed("Only an owner invites an owner.")
    if Member.objects.filter(workspace_id=by.workspace_id, user__email=address, active=True).exists():
        raise people.AlreadyThere(f"{address} is a member already.")
    desks = Department.objects.filter(workspace_id=by.workspace_id, archived_at=None, pk__in=department_ids)
    if len(desks) != len(set(department_ids)):
        raise checks.Bad("One of the departments does not exist, or is archived.")
    queries.open_invitations(by.workspace_id, now=now).filter(email=address).update(revoked_at=now)
    token, token_hash = checks.new_token()
    invitation = Invitation.objects.create(
        workspace_id=by.workspace_id, email=address, name=checks.text(name, "a name", most=120, least=0), role=role, token_hash=token_hash, invited_by_id=by.member_id,
        created_at=now, expires_at=now + VALID,
    )  # fmt: skip
    invitation.departments.set(desks)
    _record("invitation.made", invitation, by=by, now=now, after=kept(invitation))
    return invitation, token


@transaction.atomic
def revoke_invitation(*, invitation_id: int, by: Actor, now: datetime) -> None:
    """The link stops working."""
    policies.require(by, Right.MANAGE_PEOPLE, "revoke invitations")
    invitation = queries.open_invitations(by.workspace_id, now=now).filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound("This invitation is no longer open.")
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    _record("invitation.revoked", invitation, by=by, now=now, before=kept(invitation))


@transaction.atomic
def restore_invitation(*, invitation_id: int, by: Actor, now: datetime) -> None:
    """The link of an invitation that was taken back works again, until the day it would have run out.

    What making it asked is asked anew: a role that this person may give, nobody who joined since, no newer link.
    """
    policies.require(by, Right.MANAGE_PEOPLE, "invite people")
    rows = Invitation.objects.select_for_update().filter(workspace_id=by.workspace_id, accepted_at=None)
    invitation = rows.filter(pk=invitation_id).exclude(revoked_at=None).first()
    if invitation is None:
        raise NotFound("There is no such invitation.")
    if not policies.can_make(by, invitation.role):
        raise NotAllowed("Only an owner invites an owner.")
    if invitation.expires_at <= now:
        raise RunOut("This link has run out meanwhile. Invite again.")
    if Member.objects.filter(workspace_id=by.workspace_id, user__email=invitation.email, active=True).exists():
        raise people.AlreadyThere(f"{invitation.email} is a member already.")
    if queries.open_invitations(by.workspace_id, now=now).filter(email=invitation.email).exists():
        raise people.AlreadyThere(f"{invitation.email} has a newer invitation.")
    invitation.revoked_at = None
    invitation.save(update_fields=["revoked_at"])
    _record("invitation.restored", invitation, by=by, now=now, after=kept(invitation))


def kept(invitation: Invitation) -> dict[str, object]:
    """What the audit trail keeps of it."""
    return {
        "role": invitation.role,
        "departments": sorted(invitation.departments.values_list("key", flat=True)),
    }


@transaction.atomic
def accept_invitation(
    *, token: str, now: datetime, user: User | None = None, name: str = "", password: str = ""
) -> Member:
    """Join by link. user: who is signed in; otherwise a user is made of name and password.

    Raises NotFound when the link is unknown, used, revoked or too old; SignInFirst when the invited address has a
    user who is not signed in; ForSomebodyElse when another one is.
    """
    invitation = queries.invitation_by_token(token, now=now, lock=True)
    if user is None:
        if User.objects.filter(email=invitation.email).exists():
            raise SignInFirst(f"{invitation.email} has a user already. Sign in, then open this link again.")
        user = people.create_user(email=invitation.email, name=name, password=password, now=now)
    elif user.email != invitation.email:
        raise ForSomebodyElse(
            f"This link is for {invitation.email}, and you are signed in as {user.email}. Sign out, then open it again."
        )
    actor = Actor(kind="member", workspace_id=invitation.workspace_id, name=user.name or user.email, user_id=user.pk)
    department_ids = list(invitation.departments.filter(archived_at=None).values_list("pk", flat=True))
    member = people.seat_member(user=user, role=invitation.role, department_ids=department_ids, by=actor, now=now)
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    _record("invitation.accepted", invitation, by=actor, now=now)
    return member


def _record(
    action: str, invitation: Invitation, *, by: Actor, now: datetime, before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    audit.record(
        action, by=by, at=now, subject_kind="invitation", subject_id=invitation.pk, subject_name=invitation.email,
        before=before, after=after,
    )  # fmt: skip
