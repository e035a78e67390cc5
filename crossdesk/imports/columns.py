"""Which column of a file holds what: by its name, and where names say nothing by what stands in it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from crossdesk.imports.values import Moments, NoMoment, Rounded, day_comes_first, directions, id_of, plain
from crossdesk.kit.errors import Invalid
from crossdesk.kit.files.rows import Row

# What a message of somebody else's tool may say, and the usual names of the columns that say it.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": (
        "tweet_id", "message_id", "post_id", "status_id", "comment_id", "external_id", "msg_id", "id_str", "id",
        "native_id", "uuid",
    ),
    "text": (
        "text", "message", "body", "content", "full_text", "message_text", "tweet_text", "post_text", "comment_text",
        "comment", "tweet", "post", "nachricht",
    ),
    "at": (
        "created_at", "sent_at", "timestamp", "created_time", "posted_at", "published_at", "date_time", "datetime",
        "message_time", "created", "date", "time", "zeitpunkt", "datum",
    ),
    "direction": (
        "inbound", "direction", "is_inbound", "incoming", "sender_type", "author_type", "outbound", "is_outbound",
        "is_agent", "from_agent", "is_brand", "from_us", "richtung",
    ),
    "author": (
        "author_id", "user_id", "sender_id", "from_id", "from_user_id", "author", "sender", "from", "user", "absender",
    ),
    "handle": (
        "author_handle", "handle", "screen_name", "username", "user_name", "author_username", "user_screen_name",
        "from_handle", "sender_handle",
    ),
    "name": ("author_name", "display_name", "sender_name", "from_name", "customer_name", "full_name", "name"),
    "parent": (
        "in_response_to_tweet_id", "in_reply_to_status_id_str", "in_reply_to_status_id", "in_reply_to_id",
        "in_reply_to", "in_response_to", "parent_message_id", "parent_id", "reply_to_id", "reply_to", "parent",
    ),
    "answers": ("response_tweet_id", "response_tweet_ids", "response_ids", "reply_ids", "responses", "replies"),
    "thread": (
        "conversation_id", "thread_id", "ticket_id", "case_id", "session_id", "conversation", "thread", "ticket",
    ),
    "to": ("recipient_id", "to_id", "to_user_id", "recipient", "to"),
    "account": ("account", "account_handle", "brand", "profile", "inbox", "page"),
    "url": ("permalink", "url", "link", "permalink_url", "message_url", "tweet_url"),
    "language": ("language", "lang", "locale", "sprache"),
    "network": ("network", "social_network", "platform", "channel", "source"),
    "visibility": ("visibility", "is_private", "private", "privacy", "message_type"),
}  # fmt: skip
REQUIRED: Final = ("text", "at")
TURNED: Final = frozenset({"outbound", "is_outbound", "is_agent", "from_agent", "is_brand", "from_us"})
ENOUGH: Final = 0.9  # of the values must be what a column is taken for

Columns = dict[str, str]


def flat(name: str) -> str:
    """A column's name without the way it is written: "Author ID", "authorId" and "author-id" are one."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[^\w]+|_+", "_", parted).strip("_").lower()


def guess(columns: Sequence[str], samples: Sequence[Row]) -> Columns:
    """What each column seems to hold: field → column. Names first; then contents, for what nobody may leave out."""
    by_name = {flat(name): name for name in reversed(columns)}
    found: Columns = {}
    for field, names in FIELDS.items():
        taken = set(found.values())
        column = next((by_name[name] for name in names if name in by_name and by_name[name] not in taken), None)
        if column is not None and _fits(field, [row.fields.get(column) for row in samples]):
            found[field] = column
    for field in ("at", "direction", "id", "text"):
        if field not in found and (column := _by_contents(field, columns, found, samples)):
            found[field] = column
    return {field: found[field] for field in FIELDS if field in found}


def turned(columns: Mapping[str, str]) -> bool:
    """Does the column of directions say of our own messages that it is true?"""
    return flat(columns.get("direction", "")) in TURNED


def _fits(field: str, values: Sequence[Any]) -> bool:
    """May a column of this name hold it? A column that is named so and says something else is not taken."""
    said = [value for value in values if plain(value)]
    if not said:
        return field not in REQUIRED or not values
    if field == "at":
        return _moments(said)
    if field == "direction":
        return directions(said)
    return True


def _moments(values: Sequence[Any]) -> bool:
    reader = Moments(day_first=bool(day_comes_first(values)), zone=ZoneInfo("UTC"))
    good = 0
    for value in values:
        try:
            reader.read(value)
        except NoMoment:
            continue
        good += 1
    return good >= ENOUGH * len(values)


def _by_contents(field: str, columns: Sequence[str], found: Columns, samples: Sequence[Row]) -> str:
    left = [name for name in columns if name not in found.values()]
    values = {name: [value for row in samples if plain(value := row.fields.get(name))] for name in left}
    held = {name: some for name, some in values.items() if some}
    if field == "at":
        return next((name for name, some in held.items() if _moments(some) and not _numbers(some)), "")
    if field == "direction":
        return next((name for name, some in held.items() if len(set(map(plain, some))) > 1 and directions(some)), "")
    if field == "id":
        return next((name for name, some in held.items() if _ids(some, len(samples))), "")
    lengths = {name: sum(len(plain(value)) for value in some) / len(some) for name, some in held.items()}
    spoken = {name: length for name, length in lengths.items() if any(" " in plain(value) for value in held[name])}
    return max(spoken, key=lambda name: spoken[name], default="")


def _numbers(values: Sequence[Any]) -> bool:
    return all(plain(value).replace(".", "", 1).isdigit() for value in values)


def _ids(values: Sequence[Any], rows: int) -> bool:
    try:
        ids = {id_of(value) for value in values}
    except Rounded:
        return False
    return len(ids) == rows > 1 and not any(" " in one for one in ids)


def checked(wanted: Mapping[str, str], columns: Sequence[str]) -> Columns:
    """The columns as somebody said them. Raises Invalid with what is wrong."""
    unknown = [field for field in wanted if field not in FIELDS]
    if unknown:
        raise Invalid(f"There is no field “{unknown[0]}”. There is: {', '.join(FIELDS)}.")
    given = {field: column for field, column in wanted.items() if column}
    missing = [column for column in given.values() if column not in columns]
    if missing:
        raise Invalid(f"There is no column “{missing[0]}”. There is: {', '.join(columns[:30])}.")
    for field in REQUIRED:
        if field not in given:
            raise Invalid(_MISSING[field])
    if not any(field in given for field in ("author", "handle", "name")):
        raise Invalid("Say which column holds who wrote it: author, handle or name.")
    return {field: given[field] for field in FIELDS if field in given}


_MISSING = {
    "text": "Say which column holds the text of a message: --map COLUMN=text, or choose it on the page.",
    "at": "Say which column holds the moment of a message: --map COLUMN=at, or choose it on the page.",
}
