"""What the page on routing says is what the code does."""

import re
from pathlib import Path

from crossdesk.triage.conditions import KINDS
from crossdesk.triage.decide import DEFECTS
from crossdesk.triage.safety import DANGERS

PAGE = (Path(__file__).parents[2] / "docs" / "routing.md").read_text(encoding="utf-8")


def test_every_condition_stands_on_the_page():
    rows = re.findall(r"^\| [^|`]+ \| `(\w+)` \| ([^|]+) \|", PAGE, re.MULTILINE)
    documented = {(on, how) for on, hows in rows[1:] for how in re.findall(r"`(\w+)`", hows)}

    assert documented == set(KINDS)


def test_every_danger_stands_on_the_page_with_its_department_and_urgency():
    rows = re.findall(r"^   \| (`[^|]+) \| ([\w ]+) \| (\w+) \|", PAGE, re.MULTILINE)
    documented = {
        finding: (department.lower().replace(" ", "_"), least.lower())
        for findings, department, least in rows
        for finding in re.findall(r"`(\w+)`", findings)
    }

    assert documented == {name: (str(danger.department), danger.least) for name, danger in DANGERS.items()}


def test_every_defect_stands_on_the_page():
    assert all(f"`{defect}`" in PAGE for defect in DEFECTS)
