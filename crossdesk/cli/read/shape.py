"""A reading as it stands beside a row: the reader's verdicts and the departments whose the message is."""

from typing import Any

from crossdesk.reading.ports import Reading
from crossdesk.triage.placing import places
from crossdesk.triage.setup import Setup
from crossdesk.triage.subject import Said


def shape(reading: Reading, setup: Setup, text: str) -> dict[str, Any]:
    """In the order in which it is documented. Source: docs/reading.md#the-command"""
    values = reading.values()
    found = places(Said(values), setup, text=text)
    return {
        "needs_reply": values["needs_reply"],
        "intents": values["intents"],
        "sentiment": values["sentiment"],
        "urgency": values["urgency"],
        "safety": values["safety"],
        "complaint_reason": values["complaint_reason"],
        "departments": [{"value": place.department, "p": place.p} for place in found],
        "language": values["language"],
        "abstained": values["abstained"],
        "reasons": values["reasons"],
    }
