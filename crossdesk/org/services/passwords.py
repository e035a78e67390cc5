"""Passwords and profiles: links that set a new password once, and what people change themselves."""

from datetime import datetime, timedelta

from django.db import transaction

from crossdesk.journal import audit
from crossdesk.kit.actor import Actor, system
from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.org import checks, policies, queries
from crossdesk.org.models import Member, PasswordReset, User
from crossdesk.org.services.people import checked_password

VALID = timedelta(hours=24)
THEMES = ("auto", "light", "dark")


class WrongPassword(checks.Bad):
    """The password that stands is not this one."""

    code = "org.wrong_password"


@transaction.atomic
def make_reset_link(*, member_id: int, by: Actor, now: datetime) -> str:
    """The secret of a link with which a member sets a new password; shown once, valid for a day, for one use."""
    member = Member.objects.select_related("user").filter(workspace_id=by.workspace_id, pk=member_id).first()
    if member is None:
        raise NotFound("This person is no member of the workspace.")
    roles = Member.objects.filter(user=member.user, active=True).values_list("workspace_id", "role")
    if not policies.can_reset_password(by, roles=roles):
        raise NotAllowed(
            "You may not make this link: it would open an owner's or another workspace's door. "
            "Ask an owner, or run “crossdesk user reset-link” on the server."
        )
    token = _new_link(member.user, now=now)
    _record("user.reset_link_made", member.user, by=by, now=now)
    return token


@transaction.atomic
def make_reset_link_for(*, email: str, now: datetime) -> str:
    """The same for the operator at the command line, for any user."""
    user = User.objects.filter(email=checks.email(email)).first()
    if user is None:
        raise NotFound(f"There is no user with the address {email.strip()}.")
    token = _new_link(user, now=now)
    for workspace_id in _workspaces_of(user):
        _record("user.reset_link_made", user, by=system(workspace_id, "Command line"), now=now)
    return token


@transaction.atomic
def reset_password(*, token: str, password: str, now: datetime) -> User:
    """Set a new password by link. All links of this person stop working, and so do their open sessions."""
    reset = queries.reset_by_token(token, now=now, lock=True)
    _set_password(reset.user, password, now=now)
    return reset.user


@transaction.atomic
def change_password(*, user_id: int, old: str, new: str, now: datetime) -> User:
    """Change one's own password, knowing the old one."""
    user = User.objects.select_for_update().get(pk=user_id)
    if not user.check_password(old):
        raise WrongPassword("That is not your present password.")
    if old == new:
        raise checks.Bad("Choose a password that you do not have now.")
    _set_password(user, new, now=now)
    return user


@transaction.atomic
def set_password(*, email: str, password: str, now: datetime) -> User:
    """Set somebody's password at the command line."""
    user = User.objects.select_for_update().filter(email=checks.email(email)).first()
    if user is None:
        raise NotFound(f"There is no user with the address {email.strip()}.")
    _set_password(user, password, now=now)
    return user


@transaction.atomic
def change_profile(*, user_id: int, name: str, time_zone: str, language: str, theme: str, now: datetime) -> User:
    """What a person says of themselves and how pages look for them. language: empty for the browser's."""
    user = User.objects.select_for_update().get(pk=user_id)
    if theme not in THEMES:
        raise checks.Bad(f"Choose a theme among {', '.join(THEMES)}.")
    if language and not (2 <= len(language) <= 10 and language.replace("-", "").isalnum()):
        raise checks.Bad(f"“{language}” is no language code. Write en, de, fr …")
    before = user.name
    user.name, user.time_zone = checks.text(name, "a name", most=120), checks.time_zone(time_zone)
    user.language, user.theme = language, theme
    user.save(update_fields=["name", "time_zone", "language", "theme"])
    if user.name != before:
        for workspace_id in _workspaces_of(user):
            audit.record(
                "user.renamed", by=_self(user, workspace_id), at=now, subject_kind="user", subject_id=user.pk,
                subject_name=user.name, before={"name": before}, after={"name": user.name},
            )  # fmt: skip
    return user


def _new_link(user: User, *, now: datetime) -> str:
    token, token_hash = checks.new_token()
    PasswordReset.objects.filter(user=user, used_at=None).update(used_at=now)
    PasswordReset.objects.create(user=user, token_hash=token_hash, created_at=now, expires_at=now + VALID)
    return token


def _set_password(user: User, password: str, *, now: datetime) -> None:
    user.set_password(checked_password(password, user))
    user.save(update_fields=["password"])
    PasswordReset.objects.filter(user=user, used_at=None).update(used_at=now)
    for workspace_id in _workspaces_of(user):
        _record("user.password_changed", user, by=_self(user, workspace_id), now=now)


def _workspaces_of(user: User) -> list[int]:
    return list(Member.objects.filter(user=user).order_by("id").values_list("workspace_id", flat=True))


def _self(user: User, workspace_id: int) -> Actor:
    return Actor(kind="member", workspace_id=workspace_id, name=user.name or user.email, user_id=user.pk)


def _record(action: str, user: User, *, by: Actor, now: datetime) -> None:
    audit.record(action, by=by, at=now, subject_kind="user", subject_id=user.pk, subject_name=user.name or user.email)
