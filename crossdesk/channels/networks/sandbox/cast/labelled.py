"""`python -m crossdesk.channels.networks.sandbox.cast.labelled`: the customers' first messages with what a careful
reader would say of them, one JSON object a line, for training the reader. The demo's own texts are among them."""

import json
import sys
from collections.abc import Iterator
from itertools import islice

from .stories import stories

SEEDS = range(101, 107)
OF_EACH = 1200
LANGUAGES = ("en", "de")
BEGINNING = 60  # letters: two messages that begin alike count once
REASONS = {
    "late_delivery": "late", "lost_parcel": "late", "damaged": "damaged", "defect": "quality",
    "wrong_item": "wrong_item", "refund": "refund", "billing": "billing", "website_app": "technical",
    "staff": "staff", "no_answer": "staff", "availability": "other", "product_safety": "quality", "other": "other",
}  # fmt: skip


def labelled() -> Iterator[dict[str, object]]:
    """Messages that differ, in the fields of `reading.training.data.Example`."""
    seen = set()
    for seed in SEEDS:
        for story in islice(stories(seed), OF_EACH):
            text = story.turns[0].text.replace(f"@{story.account_handle}", "").strip()
            if story.language not in LANGUAGES or text.lower()[:BEGINNING] in seen:
                continue
            seen.add(text.lower()[:BEGINNING])
            yield {
                "text": text,
                "voice": f"cast-{story.topic}",
                "intents": [story.intent],
                "needs_reply": story.needs_reply,
                "urgency": story.urgency,
                "complaint_reason": REASONS.get(story.complaint_reason) if story.intent == "complaint" else None,
                "sentiment": story.sentiment,
            }


if __name__ == "__main__":
    for row in labelled():
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
