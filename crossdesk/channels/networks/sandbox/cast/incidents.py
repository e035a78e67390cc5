"""Storylines of the ninety days that make bursts: late parcels, a lantern that overheats, a tent mended at midnight."""

import json
import random
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from .grammar import topic
from .shapes import Beat, Incident, Story
from .stories import Teller

TEXTS = Path(__file__).parent / "texts"


@cache
def incidents(seed: int) -> tuple[Incident, ...]:
    """The storylines, each with its own burst of stories; the same for the same seed."""
    raw = json.loads((TEXTS / "incidents.json").read_text(encoding="utf-8"))
    return tuple(
        _incident(line, random.Random(f"{seed} {line['key']}"), Teller(seed + at + 1)) for at, line in enumerate(raw)
    )


def _incident(raw: Any, rng: random.Random, teller: Teller) -> Incident:
    lasts = timedelta(hours=raw["lasts_hours"])
    told = [_story(raw, rng, teller, lasts) for _ in range(raw["stories"])]
    return Incident(
        key=raw["key"],
        title=raw["title"],
        summary=raw["summary"],
        owner=raw["owner"],
        department=raw["department"],
        level=raw["level"],
        starts=timedelta(days=raw["starts_days"]),
        lasts=lasts,
        beats=tuple(
            Beat(
                at=timedelta(hours=beat["hours"]),
                by=beat["by"],
                department=beat["department"],
                text=beat["text"],
                level=beat.get("level"),
                public=beat.get("public", False),
            )
            for beat in raw["beats"]
        ),
        stories=tuple(sorted(told, key=lambda pair: pair[0])),
    )


def _story(raw: Any, rng: random.Random, teller: Teller, lasts: timedelta) -> tuple[timedelta, Story]:
    """One story of the burst: a steep rise, a long tail."""
    names, weights = zip(*raw["topics"].items(), strict=True)
    name = rng.choices(names, weights)[0]
    language = "de" if name in raw["german"] and rng.random() < 0.15 else "en"
    after = lasts * rng.betavariate(1.6, 4.2)
    beginning = teller.about(topic(language, name))
    return after, beginning.told(incident=raw["key"], answered=raw["answered"])
