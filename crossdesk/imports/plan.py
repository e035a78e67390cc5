"""How one file is to be understood: what a person confirmed, as plain values that are stored with the import."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from crossdesk.imports.columns import Columns, turned


@dataclass(frozen=True, slots=True)
class Plan:
    """columns: field → column. day_first: of dates like 3/4/2017. zone: of moments that name none. ours: handles or ids
    of who wrote for us, for files that do not say which way a message went. network: where all of it was said, where no
    column says it.
    """

    columns: Columns
    day_first: bool = False
    zone: str = "UTC"
    ours: Sequence[str] = ()
    network: str = ""
    turned: bool = field(default=False)

    @classmethod
    def made(cls, columns: Mapping[str, str], **rest: Any) -> "Plan":
        """From the confirmed columns."""
        return cls(columns=dict(columns), turned=turned(columns), **rest)

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> "Plan":
        """As it was kept."""
        return cls(**{**values, "ours": tuple(values["ours"])})

    def values(self) -> dict[str, Any]:
        """To be kept."""
        return {**asdict(self), "ours": list(self.ours)}

    @property
    def tz(self) -> tzinfo:
        return ZoneInfo(self.zone)

    @property
    def linked(self) -> bool:
        """Does anything in the file say which messages belong together?"""
        return bool({"parent", "answers", "thread"} & self.columns.keys())

    @property
    def digest(self) -> str:
        """The same for the same understanding."""
        return hashlib.sha256(json.dumps(self.values(), sort_keys=True).encode()).hexdigest()
