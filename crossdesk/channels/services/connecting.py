"""Connecting accounts: sign-in at the network, reconnecting, pausing, removing, and who may use them."""

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

from django.db import IntegrityError, transaction

from crossdesk.channels import archive, policies, seal
from crossdesk.channels.enums import AccountState
from crossdesk.channels.events import AccessChanged, AccountConnected, AccountRemoved
from crossdesk.channels.models import Account, AccountAccess, AppRegistration, ConnectAttempt, Credential
from crossdesk.channels.networks import hosts, registry
from crossdesk.channels.ports import NOTHING, Adapter, Connected, DescribesItself, Refused, SignsInOnAPage
from crossdesk.channels.services import asking, deliveries, doors, giving_back, managing, sending, states, streaming
from crossdesk.journal import audit, changes, jobs
from crossdesk.journal.facts import publish
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Access, Actor
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from crossdesk.org.models import Department

LEVELS: tuple[Access, ...] = get_args(Access)
ATTEMPT_LASTS = timedelta(minutes=20)
FORGET = "channels.forget_old"
MAY_NOT_CONNECT = "You may not connect accounts. Ask an owner or administrator of this workspace."


class AttemptOver(Conflict):
    """The sign-in came back too late, twice, or to somebody else."""

    code = "channels.attempt_over"


@dataclass(frozen=True, slots=True)
class Started:
    """Where to send the browser. state: what comes back with it."""

    url: str
    state: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in as it was begun: of which workspace, at which network, and what the person had typed."""

    workspace: str
    network: str
    typed: Mapping[str, str]


def start_connecting(
    *,
    network: str,
    host: str,
    redirect_uri: str,
    by: Actor,
    now: datetime,
    asked: Mapping[str, str] = NOTHING,
) -> Started:
    """Begin signing in at a network: register Crossdesk there once, keep what must come back, hand out the address.

    asked: what the person typed of `Capabilities.asks`. Talks to the network, outside any transaction. Raises NotAllowed, Invalid, and the errors of `ports`.
    """
    policies.demand(policies.can_connect(by), MAY_NOT_CONNECT)
    if by.member_id is None:
        raise NotAllowed("A person signs in at a network, not the system.")
    adapter = _with_a_page(network)
    host = _host(host, adapter)
    app = _app(adapter, host, redirect_uri, now=now)
    state = secrets.token_urlsafe(32)
    start = adapter.connect_start(host=host, redirect_uri=redirect_uri, app=app, state=state, asked=asked)
    kept = seal.seal({**start.keep, "redirect_uri": redirect_uri, "typed": json.dumps({**asked, "host": host})})
    ConnectAttempt.objects.create(
        workspace_id=by.workspace_id,
        state_hash=_hash(state),
        network=network,
        host=host,
        sealed=kept.sealed,
        key_id=kept.key_id,
        by_id=by.member_id,
        created_at=now,
    )
    return Started(url=start.url, state=state)


def finish_connecting(*, answer: Mapping[str, str], by: Actor, now: datetime) -> Account:
    """The browser came back: change its answer for a sign-in, see that it works, and only then save the account.

    answer: the query parameters the network sent, `state` among them. Raises AttemptOver and the errors of `ports`.
    """
    policies.demand(policies.can_connect(by), MAY_NOT_CONNECT)
    attempt = _take_attempt(answer.get("state", ""), by=by, now=now)
    keep = seal.unseal(attempt)
    redirect_uri = keep.pop("redirect_uri")
    keep.pop("typed", None)
    adapter = _with_a_page(attempt.network)
    connected = adapter.connect_finish(
        host=attempt.host,
        redirect_uri=redirect_uri,
        app=_app(adapter, attempt.host, redirect_uri, now=now),
        keep=keep,
        answer=answer,
    )
    return _try_and_save(adapter, connected, by=by, now=now)


def connect_with_token(*, network: str, host: str, answer: Mapping[str, str], by: Actor, now: datetime) -> Account:
    """Connect with what a person typed (what `Capabilities.asks` names), without the network's sign-in page."""
    policies.demand(policies.can_connect(by), MAY_NOT_CONNECT)
    adapter = registry.adapter(network)
    connected = adapter.connect_finish(host=_host(host, adapter), redirect_uri="", app={}, keep={}, answer=answer)
    return _try_and_save(adapter, connected, by=by, now=now)


def begun(state: str) -> Begun | None:
    """The sign-in that carries this secret, also when it is over. It tells nothing to who does not know the secret."""
    attempt = ConnectAttempt.objects.select_related("workspace").filter(state_hash=_hash(state)).first()
    if attempt is None:
        return None
    try:
        typed = json.loads(seal.unseal(attempt).get("typed", "{}"))
    except seal.SealBroken:
        typed = {}
    return Begun(workspace=attempt.workspace.slug, network=attempt.network, typed=typed)


def description(*, network: str, redirect_uri: str, now: datetime) -> Mapping[str, Any]:
    """What this installation says of itself to servers of a network. Raises NotFound where nothing is to be said."""
    adapter = registry.adapter(network)
    told = None
    if isinstance(adapter, DescribesItself) and adapter.signs_in_from(redirect_uri):
        told = adapter.description(redirect_uri=redirect_uri, app=_app(adapter, "", redirect_uri, now=now))
    if told is None:
        raise NotFound("Nothing is to be read here.")
    return told


def _with_a_page(network: str) -> SignsInOnAPage:
    adapter = registry.adapter(network)
    if not isinstance(adapter, SignsInOnAPage):
        raise Invalid(f"{adapter.label} has no sign-in page. Type here what it asks for.")
    return adapter


def _host(given: str, adapter: Adapter) -> str:
    place = adapter.capabilities.place
    if place is None:
        return ""
    try:
        return hosts.stored(given.strip() or place.usual)
    except Refused as error:
        raise Invalid(error.message) from error


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _app(adapter: SignsInOnAPage, host: str, redirect_uri: str, *, now: datetime) -> dict[str, str]:
    """Crossdesk as it is registered at this host; registers it the first time, and when it needs other rights.

    Once for all, where it describes itself.
    """
    host = "" if isinstance(adapter, DescribesItself) else host
    known = AppRegistration.objects.filter(network=adapter.name, host=host, redirect_uri=redirect_uri)
    scopes, row = " ".join(adapter.capabilities.scopes), known.first()
    if row is not None and (app := seal.unseal(row)).get("scopes", "") == scopes:
        return app
    app = {**adapter.register_app(host=host, redirect_uri=redirect_uri), "scopes": scopes}
    made = seal.seal(app)
    if row is not None:
        known.update(sealed=made.sealed, key_id=made.key_id, created_at=now)
        return app
    try:
        with transaction.atomic():
            AppRegistration.objects.create(
                network=adapter.name,
                host=host,
                redirect_uri=redirect_uri,
                sealed=made.sealed,
                key_id=made.key_id,
                created_at=now,
            )
    except IntegrityError:  # somebody else registered in the same moment: theirs stands
        app = seal.unseal(known.get())
    return app


@transaction.atomic
def _take_attempt(state: str, *, by: Actor, now: datetime) -> ConnectAttempt:
    attempt = ConnectAttempt.objects.select_for_update().filter(state_hash=_hash(state)).first()
    if attempt is None or attempt.by_id != by.member_id or attempt.workspace_id != by.workspace_id:
        raise AttemptOver("This sign-in does not belong to you. Begin again from the accounts page.")
    if attempt.used_at is not None or now - attempt.created_at > ATTEMPT_LASTS:
        raise AttemptOver("This sign-in is over. Begin again from the accounts page.")
    attempt.used_at = now
    attempt.save(update_fields=["used_at"])
    return attempt


def _try_and_save(adapter: Adapter, connected: Connected, *, by: Actor, now: datetime) -> Account:
    session = adapter.session(host=connected.host, secrets=connected.secrets, profile=connected.profile)
    seen = session.verify()
    if seen.external_id != connected.profile.external_id:
        raise Refused(f"Signed in as {connected.profile.handle}, but the network says {seen.handle}. Try again.")
    before = _held(adapter.name, connected, by)
    account = save_account(network=adapter.name, connected=connected, by=by, now=now)
    giving_back.give_old_back(adapter, before, in_place_of=connected.secrets)
    return account


def _held(network: str, connected: Connected, by: Actor) -> dict[str, str]:
    """The sign-in of this account as it is kept now, where there is one that can be opened."""
    row = Credential.objects.filter(
        account__workspace_id=by.workspace_id, account__network=network, account__host=connected.host,
        account__external_id=connected.profile.external_id,
    ).first()  # fmt: skip
    try:
        return seal.unseal(row) if row is not None else {}
    except seal.SealBroken:
        return {}


@transaction.atomic
def save_account(*, network: str, connected: Connected, by: Actor, now: datetime) -> Account:
    """Keep an account whose sign-in works. Connected before: the same account, and no secret of it is erased."""
    profile = connected.profile
    values: dict[str, Any] = {
        "handle": profile.handle[:200],
        "name": profile.name[:200],
        "url": profile.url[:500],
        "avatar_url": profile.avatar_url[:500],
        "removed_at": None,
    }
    if connected.limits:  # a server that says nothing of them now may have done so before
        values["limits"] = dict(connected.limits)
    account, new = Account.objects.select_for_update(no_key=True).update_or_create(
        workspace_id=by.workspace_id,
        network=network,
        host=connected.host,
        external_id=profile.external_id,
        defaults=values,
        create_defaults={**values, "state_since": now, "connected_at": now},
    )
    _keep_secrets(account, connected, now=now)
    doors.open_door(account, now=now)
    if new:
        _first_access(account, by)
    else:
        states.move_to(account_id=account.pk, state=AccountState.CONNECTING, now=now, by=by, failures=0)
    account.refresh_from_db()
    audit.record(
        "channels.connect" if new else "channels.reconnect",
        by=by,
        at=now,
        subject_kind="account",
        subject_id=account.pk,
        subject_name=account.handle,
        after={"network": network, "host": account.host, "scopes": list(connected.scopes)},
    )
    publish(
        AccountConnected(account_id=account.pk, network=network, handle=account.handle, again=not new), by=by, at=now
    )
    streaming.forget(account)
    asking.ask_for_pull(account, at=now)
    sending.wake_waiting(account, now=now)
    jobs.enqueue(FORGET, key=str(by.workspace_id), due_at=now, workspace_id=by.workspace_id, for_id=by.workspace_id)
    return account


def _keep_secrets(account: Account, connected: Connected, *, now: datetime) -> None:
    """New secrets take the place of the old ones; one that did not come this time stays, the refresh token above all."""
    row = Credential.objects.select_for_update().filter(account=account).first()
    before: dict[str, str] = {}
    if row is not None:
        try:
            before = seal.unseal(row)
        except seal.SealBroken:
            before = {}  # connecting again is what its sentence tells people to do
    if before.get("way") != connected.secrets.get("way"):
        before = {}  # an app password is of no use to who signs in on a page, nor the other way round
    made = seal.seal({**before, **{name: value for name, value in connected.secrets.items() if value}})
    Credential.objects.update_or_create(
        account=account,
        defaults={
            "sealed": made.sealed,
            "key_id": made.key_id,
            "scopes": list(connected.scopes),
            "expires_at": connected.expires_at,
            "updated_at": now,
            "renewing_until": None,
        },
    )


def _first_access(account: Account, by: Actor) -> None:
    """Every department sees and answers; the departments of who connected it also publish, approve and manage."""
    own = by.departments
    desks = Department.objects.filter(workspace_id=account.workspace_id, archived_at=None).values_list("pk", flat=True)
    AccountAccess.objects.bulk_create(
        AccountAccess(
            account=account, department_id=pk, monitor=True, respond=True,
            publish=pk in own, approve=pk in own, manage=pk in own,
        )
        for pk in desks
    )  # fmt: skip


@transaction.atomic
def set_access(
    *, account_id: int, department_id: int, levels: Collection[Access], by: Actor, now: datetime
) -> AccountAccess | None:
    """Say what a department may do on an account. No levels: nothing, and the row goes. Who may act may also see."""
    account = managing.manageable(account_id, by=by)
    if not Department.objects.filter(pk=department_id, workspace_id=by.workspace_id).exists():
        raise NotFound("There is no such department.")
    granted: dict[str, bool] = {level: level in levels for level in LEVELS}
    granted["monitor"] = bool(levels)
    row = AccountAccess.objects.select_for_update().filter(account=account, department_id=department_id).first()
    before = [level for level in LEVELS if row is not None and getattr(row, level)]
    after = [level for level in LEVELS if granted[level]]
    if before == after:
        return row
    if not after:
        AccountAccess.objects.filter(account=account, department_id=department_id).delete()
        row = None
    else:
        row, _ = AccountAccess.objects.update_or_create(account=account, department_id=department_id, defaults=granted)
    audit.record(
        "channels.set_access",
        by=by,
        at=now,
        subject_kind="account",
        subject_id=account.pk,
        subject_name=account.handle,
        before={"department_id": department_id, "levels": before},
        after={"department_id": department_id, "levels": after},
    )
    publish(AccessChanged(account_id=account.pk, department_id=department_id), by=by, at=now)
    return row


@transaction.atomic
def pause_account(*, account_id: int, reason: str, by: Actor, now: datetime) -> Account:
    """Nothing comes in and nothing leaves until it is resumed."""
    account = managing.manageable(account_id, by=by)
    states.move_to(account_id=account.pk, state=AccountState.PAUSED, reason=reason, now=now, by=by)
    _written("channels.pause", account, by=by, now=now, reason=reason, paused=True)
    streaming.look_again(account, now=now)
    account.refresh_from_db()
    return account


@transaction.atomic
def resume_account(*, account_id: int, by: Actor, now: datetime) -> Account:
    """Go on where it stopped: what was said meanwhile is fetched, what waited to be sent leaves."""
    account = managing.manageable(account_id, by=by)
    if account.state != AccountState.PAUSED:
        raise Conflict("This account is not paused.")
    if account.network == archive.NETWORK:
        raise Conflict(archive.SENTENCE)
    states.move_to(account_id=account.pk, state=AccountState.CONNECTING, now=now, by=by, failures=0)
    _written("channels.resume", account, by=by, now=now, paused=False)
    account.refresh_from_db()
    deliveries.tell_what_waits(account, now=now)
    asking.ask_for_pull(account, at=now)
    sending.wake_waiting(account, now=now)
    return account


@transaction.atomic
def remove_account(*, account_id: int, by: Actor, now: datetime) -> Account:
    """Disconnect: nothing is fetched or sent any more, its sign-in is given back and erased. What it brought stays."""
    account = managing.manageable(account_id, by=by)
    account.removed_at = now
    account.save(update_fields=["removed_at"])
    giving_back.erase(account, now=now)
    jobs.cancel(asking.PULL, key=str(account.pk))
    streaming.look_again(account, now=now)
    _written("channels.remove", account, by=by, now=now)
    publish(AccountRemoved(account_id=account.pk, handle=account.handle), by=by, at=now)
    sending.wake_waiting(account, now=now)
    return account


def _access(entry: AuditEntry) -> dict[str, object]:
    department_id = changes.values(entry)["department_id"]
    row = AccountAccess.objects.filter(account_id=changes.thing(entry), department_id=department_id).first()
    levels = [level for level in LEVELS if row is not None and getattr(row, level)]
    return {"department_id": department_id, "levels": levels}


@changes.way_back("channels.set_access", may=managing.may_take_back, stands=_access)
def _give_back_access(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    set_access(
        account_id=changes.thing(entry), department_id=wanted["department_id"], levels=wanted["levels"], by=by, now=now
    )


def _paused(entry: AuditEntry) -> dict[str, object]:
    return {"paused": Account.objects.filter(pk=changes.thing(entry), state=AccountState.PAUSED).exists()}


@changes.way_back("channels.pause", "channels.resume", may=managing.may_take_back, stands=_paused)
def _turn(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    if wanted["paused"]:
        pause_account(account_id=changes.thing(entry), reason="", by=by, now=now)
    else:
        resume_account(account_id=changes.thing(entry), by=by, now=now)


def pull_now(*, account_id: int, by: Actor, now: datetime) -> None:
    """Ask for a pull at once, for a person who waits in front of the page."""
    asking.ask_for_pull(managing.manageable(account_id, by=by), at=now)


def _written(
    action: str, account: Account, *, by: Actor, now: datetime, reason: str = "", paused: bool | None = None
) -> None:
    audit.record(
        action, by=by, at=now, subject_kind="account", subject_id=account.pk, subject_name=account.handle,
        before=None if paused is None else {"paused": not paused},
        after=None if paused is None else {"paused": paused}, reason=reason,
    )  # fmt: skip
