"""The demo company: Wrenholt of Ghent, invented."""

import json
from functools import cache
from pathlib import Path

from .shapes import Account, Company, Hours, Post, Product, SavedText, StaffMember

TEXTS = Path(__file__).parent / "texts"


@cache
def company() -> Company:
    """Wrenholt with its accounts, people, products, saved texts and own posts."""
    raw = json.loads((TEXTS / "company.json").read_text(encoding="utf-8"))
    shifts = {
        name: Hours(days={int(day): (opens, closes) for day, (opens, closes) in days.items()})
        for name, days in raw["hours"].items()
    }
    return Company(
        name=raw["name"],
        handle=raw["handle"],
        domain=raw["domain"],
        headquarters=raw["headquarters"],
        about=raw["about"],
        time_zone=raw["time_zone"],
        accounts=tuple(Account(**account) for account in raw["accounts"]),
        members=tuple(StaffMember(**{**member, "hours": shifts[member["hours"]]}) for member in raw["members"]),
        departments=raw["departments"],
        products=tuple(
            Product(**{**product, "names": {language: tuple(pair) for language, pair in product["names"].items()}})
            for product in raw["products"]
        ),
        saved_texts=tuple(SavedText(**text) for text in raw["saved_texts"]),
        posts=tuple(Post(**post) for post in raw["posts"]),
    )
