"""What a network and our adapter can do, in words: for the docs, and for the pages, which translate them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crossdesk.channels.ports import Adapter, Capabilities, HandsIn
from crossdesk.kit.sizes import size

READS: Final = {
    "mentions": "Mentions",
    "replies": "Replies",
    "direct": "Direct messages",
    "edits": "Edits",
    "deletions": "Deletions",
    "metrics": "Favourites, reposts and replies as figures",
}
FINDS: Final = {"tags": "Hashtags that an account follows", "words": "Words that an account follows"}
ACTS: Final = {
    "reply": "Replies",
    "direct": "Direct messages",
    "post": "Posts",
    "threads": "Long texts as several posts of one thread",
    "media": "Pictures and files",
    "alt_text": "Descriptions of pictures",
    "delete": "Deletions",
    "favourite": "Favourites",
    "repost": "Reposts",
}
UNITS: Final = {"characters": "Characters", "graphemes": "Characters as people see them", "bytes": "Bytes"}
HANDED: Final = "Handed in by the source, signed"
STREAMED: Final = "Told by the server as it happens, where it streams"
ASKED: Final = "Asked for again and again"
SAFE: Final = "The network knows our key: never twice"
LOOKED_FOR: Final = "It is looked for on the network before anything is sent again"
NONE: Final = "None"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. values: words of this file, each translatable, or figures."""

    name: str
    values: Sequence[str]


def lines(adapter: Adapter, told: Mapping[str, Any] | None = None) -> Sequence[Line]:
    """What it reads, how, what it does, and the limits. told: what an account's own server said of its limits."""
    can, told = adapter.capabilities, told or {}
    acts = [
        name for name in ACTS if name in can.acts and (told.get("answers", True) or name not in ("reply", "direct"))
    ]
    return [
        Line(
            "Reads",
            [
                *(READS[name] for name in READS if name in can.reads),
                *(FINDS[name] for name in FINDS if name in can.finds),
            ]
            or [NONE],
        ),
        Line(
            "How it comes in",
            [
                *([STREAMED] if can.streams else []),
                *([ASKED] if adapter.feeds else []),
                *([HANDED] if isinstance(adapter, HandsIn) else []),
            ],
        ),
        Line("Does", [ACTS[name] for name in acts] or [NONE]),
        Line("Longest text", [f"{told.get('max_text', can.max_text):,}", UNITS[can.counting.unit]]),
        Line("Files with one message", _files(can, told)),
        Line(
            "After a lost answer", [SAFE if can.idempotency == "key" and told.get("idempotency", True) else LOOKED_FOR]
        ),
    ]


def _files(can: Capabilities, told: Mapping[str, Any]) -> list[str]:
    most = told.get("max_media", can.max_media)
    if not most:
        return [NONE]
    kinds = sorted({kind.partition("/")[2].upper() for kind in can.media_types_on(told)})
    return [str(most), size(told.get("max_media_bytes", can.max_media_bytes)), *kinds]


def table(adapter: Adapter) -> str:
    """The same as a table of the docs."""
    rows = [f"| {line.name} | {'; '.join(line.values)} |" for line in lines(adapter)]
    return "\n".join(["| | |", "|---|---|", *rows])
