"""Hashtags and search words that an account follows: which, and looking for what was said publicly with them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from crossdesk.channels import sessions
from crossdesk.channels.models import Account, Cursor, FollowedWord
from crossdesk.channels.ports import (
    FOUND,
    Capabilities,
    Gone,
    MissingScope,
    RateLimited,
    Refused,
    Session,
    Unavailable,
    Unreadable,
)
from crossdesk.channels.services import asking, managing
from crossdesk.journal import audit, changes
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, Invalid, NotFound

MOST = 20  # words of one account: each is one call
LONGEST = 50
EVERY = timedelta(minutes=5)
MAY_NOT = "You may not choose what this account follows. Ask somebody whose department manages it."


class FollowedAlready(Conflict):
    """The account follows it."""

    code = "channels.followed_already"


def written(word: str, can: Capabilities) -> str:
    """A word as it is kept: hashtags small, with one "#"; spaces single. Raises Invalid."""
    kept = " ".join(word.split())
    if len(kept) > LONGEST:
        raise Invalid(f"A hashtag or word to follow has {LONGEST} characters at most.")
    if kept.startswith("#"):
        kept = f"#{kept.lstrip('#').lower()}"
        if not all(sign.isalnum() or sign == "_" for sign in kept[1:]) or len(kept) < 2:
            raise Invalid("A hashtag is one word of letters, digits and underscores.")
    elif "words" not in can.finds:
        raise Invalid("Only hashtags can be followed on this network. Begin with #.")
    elif sum(sign.isalnum() for sign in kept) < 2:
        raise Invalid("Type a hashtag such as #tents, or words to search for.")
    return kept


@transaction.atomic
def follow_word(*, account_id: int, word: str, by: Actor, now: datetime) -> FollowedWord:
    """From now on what is said publicly with it comes in. Raises NotAllowed, Invalid, FollowedAlready."""
    account = managing.manageable(account_id, by=by, refusal=MAY_NOT)
    can = sessions.adapter_of(account).capabilities
    if not can.finds:
        raise Invalid("On this network nothing can be followed.")
    kept = written(word, can)
    there = FollowedWord.objects.filter(account=account)
    if there.filter(word=kept).exists():
        raise FollowedAlready(f"This account follows {kept} already.")
    if there.count() >= MOST:
        raise Invalid(f"An account follows {MOST} hashtags and words at most. Take one away first.")
    row = FollowedWord.objects.create(account=account, word=kept, added_at=now, added_by_id=by.member_id)
    _written("channels.follow_word", account, kept, follows=True, by=by, now=now)
    asking.ask_for_pull(account, at=now)
    return row


@transaction.atomic
def unfollow_word(*, account_id: int, word: str, by: Actor, now: datetime) -> None:
    """Nothing more comes in for it; what it brought stays."""
    account = managing.manageable(account_id, by=by, refusal=MAY_NOT)
    gone, _ = FollowedWord.objects.filter(account=account, word=word).delete()
    if not gone:
        raise NotFound("This account does not follow that.")
    Cursor.objects.filter(account=account, feed=FOUND + word).delete()
    _written("channels.unfollow_word", account, word, follows=False, by=by, now=now)


def look(account: Account, session: Session, *, now: datetime, read: Callable[[str], object]) -> None:
    """Read what is new for each word that is due. read: fetches one feed.

    What goes wrong stays with its word, for whoever looks: the account itself goes on. Raises SignInExpired.
    """
    for row in FollowedWord.objects.filter(account=account).order_by("id"):
        if row.again_at is not None and row.again_at > now:
            continue
        again_at, error = now + EVERY, ""
        try:
            read(FOUND + row.word)
        except RateLimited as limit:
            again_at, error = max(limit.until, again_at), limit.message
        except (Unavailable, Refused, MissingScope, Gone, Unreadable) as trouble:
            error = trouble.message
        FollowedWord.objects.filter(pk=row.pk).update(again_at=again_at, error=error)


def _written(action: str, account: Account, word: str, *, follows: bool, by: Actor, now: datetime) -> None:
    audit.record(
        action, by=by, at=now, subject_kind="account", subject_id=account.pk, subject_name=account.handle,
        before={"word": word, "follows": not follows}, after={"word": word, "follows": follows},
    )  # fmt: skip


def _stands(entry: AuditEntry) -> dict[str, object]:
    word = changes.values(entry)["word"]
    rows = FollowedWord.objects.filter(account_id=changes.thing(entry), word=word)
    return {"word": word, "follows": rows.exists()}


@changes.way_back("channels.follow_word", "channels.unfollow_word", may=managing.may_take_back, stands=_stands)
def _turn(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    if wanted["follows"]:
        follow_word(account_id=changes.thing(entry), word=wanted["word"], by=by, now=now)
    else:
        unfollow_word(account_id=changes.thing(entry), word=wanted["word"], by=by, now=now)
