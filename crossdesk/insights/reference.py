"""The registry as the second half of docs/measures.md. `python -m crossdesk.insights.reference` prints it."""

import sys

from crossdesk.insights.registry import MEASURES, HoursBasis, Measure, Unit

BEGINS = "<!-- From here on written by `python -m crossdesk.insights.reference`; a test compares. -->\n"
_UNITS = {Unit.SHARE: "a share", Unit.SECONDS: "a time: median, p90 and n", Unit.COUNT: "a count"}
_HOURS = {
    HoursBasis.CALENDAR: "round the clock",
    HoursBasis.BUSINESS: "business hours, as they stood then",
    HoursBasis.TARGET: "each target's own, round the clock or business",
    HoursBasis.NONE: "none, no time is measured",
}


def as_markdown() -> str:
    """One section for each measure, in the order of the registry."""
    return BEGINS + "".join(_section(measure) for measure in MEASURES.values())


def _section(measure: Measure) -> str:
    return (
        f"\n### {measure.label}\n\n{measure.definition}\n\n"
        f"| | |\n|---|---|\n"
        f"| key | `{measure.key}`, version {measure.version} |\n"
        f"| shown as | {_UNITS[measure.unit]} |\n"
        f"| numerator | {measure.numerator} |\n"
        f"| denominator | {measure.denominator} |\n"
        f"| hours | {_HOURS[measure.basis]} |\n"
        f"| day | {measure.day} |\n"
        f"| department | {measure.department} |\n"
    )


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
