"""What the gallery draws of Today, the scoreboard, the company's pages and the beginning, in each of their states."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from crossdesk.web.pages.beginning.checklist import Checklist, Item
from crossdesk.web.pages.inbox.cards.listed import Row
from crossdesk.web.pages.organisation import week
from crossdesk.web.pages.organisation.changes import Change as Line
from crossdesk.web.pages.organisation.places import Place
from crossdesk.web.pages.organisation.told import Step
from crossdesk.web.pages.scoreboard.show import Change, Figure, GoalSign
from crossdesk.web.pages.today.cards import Changed, Desk, Load, Task

ADDRESS = "/gallery"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PARTS = ("late", "Late"), ("hour", "Within the hour"), ("today", "Later today"), ("later", "After today")


def load(*numbers: int) -> Load:
    """Open work: late, within the hour, today, later."""
    return Load(
        open=sum(numbers), late=numbers[0], parts=[(*part, number) for part, number in zip(PARTS, numbers, strict=True)]
    )


def figures() -> list[Figure]:
    """Better and its goal reached; worse and not reached; not enough for either."""
    base = Figure(
        label="SLA attainment", definition="", value="95.5", unit="%", note="612 of 641", enough=True, bad=False,
        address=ADDRESS, plain="Answered in time", change=Change("better: 2.1 points more", "good", "rise", "93.4 %"),
        goal=GoalSign("95 %", True),
    )  # fmt: skip
    worse = replace(
        base, value="48", unit="min", plain="Wait for a first answer", bad=True, note="median · n 612",
        change=Change("worse: 6 min longer", "bad", "rise", "42 min"), goal=GoalSign("45 min", False),
    )  # fmt: skip
    thin = replace(
        base, value="–", unit="", plain="Sentiment lift", enough=False, note="n 4", goal=GoalSign("20 %", None),
        change=Change("as before", "quiet", "minus", "–"),
    )  # fmt: skip
    return [base, worse, thin]


def desks() -> list[Desk]:
    """Open with late work; closed and empty."""
    return [
        Desk("customer_service", "Customer service", "customer_service", ADDRESS, ADDRESS, load(4, 6, 12, 16), "Open until 17:00", False, figures()[0]),
        Desk("legal", "Legal", "legal", ADDRESS, ADDRESS, load(0, 0, 0, 0), "Opens Monday 09:00", True),
    ]  # fmt: skip


def tasks(rows: tuple[Row, ...]) -> list[Task]:
    """Somebody's, mine, nobody's yet."""
    return [
        Task(rows[0], "Customer service", "customer_service", False), Task(rows[1], "Customer service", "customer_service", True),
        Task(rows[2], "Product", "product", False),
    ]  # fmt: skip


def changed(now: datetime) -> list[Changed]:
    """What others did."""
    return [
        Changed("Ola Nyström handed it to you", now - 2 * HOUR, "hand_over", "Ola Nyström", "Third day without the replacement kettle.", None, ADDRESS),
        Changed("Priya Raman wrote again", now - DAY, "reopen", "Priya Raman", "Here is the serial number.", None, ADDRESS),
    ]  # fmt: skip


def checklist() -> Checklist:
    """Done, to do, and to do with a button."""
    return Checklist(
        items=[
            Item("departments", "Choose your departments", "", ADDRESS, True),
            Item("account", "Connect an account", "What people write there comes in here.", ADDRESS, False),
            Item("hours", "Look at your opening hours", "Targets in business hours count by them.", ADDRESS, False, "hours", "They are right"),
        ],
        done=1, address=ADDRESS,
    )  # fmt: skip


def places() -> list[Place]:
    """Closed, empty, only to read, and open with each control, one with what was refused."""
    base = Place("department-name", 1, ADDRESS, "Name", ["Customer service"], True, value="Customer service", most=80)
    names = ["Customer service · leads", "Product"]
    made = [
        base,
        replace(base, what="title", label="Title", words=[], empty="Give a title"),
        replace(base, what="read", may=False),
        replace(base, what="seats", label="Sits in", words=names, look="badges"),
        replace(base, what="text", open=True),
        replace(base, what="wrong", open=True, value="Legal", problem="There is a department called Legal already."),
        replace(base, what="role", label="Role", control="choice", choices=[("member", "Member"), ("lead", "Lead")], value="lead", open=True),
        replace(base, what="holiday", label="Holiday", control="holiday", value=("2026-12-24", "Christmas Eve"), open=True),
        replace(base, what="day", label="Monday", control="day", value=week.day(0, [["09:00", "17:00"]]), today="2026-03-04", open=True),
        replace(base, what="sits", label="Sits in", control="seats", choices=[(1, "Customer service", True, True), (2, "Product", False, False)], open=True),
    ]  # fmt: skip
    return [replace(one, thing=number) for number, one in enumerate(made)]


def history(now: datetime) -> list[Line]:
    """To put back, put back, and putting back."""
    base = Line(
        id=1, at=now - HOUR, by="Mara Lindqvist", action="Department changed", subject="Customer service",
        steps=[Step("Name", "Service", "Customer service")], reason="", may_put_back=True, put_back_by="", puts_back=False,
        address=ADDRESS,
    )  # fmt: skip
    return [
        base,
        replace(base, id=2, action="Holiday added", subject="Legal", steps=[Step("Day", "", "24 Dec 2026")], may_put_back=False, put_back_by="Ola Nyström"),
        replace(base, id=3, action="Holiday removed", subject="Legal", steps=[Step("Day", "24 Dec 2026", "")], may_put_back=False, puts_back=True),
    ]  # fmt: skip


def pieces(now: datetime, rows: tuple[Row, ...]) -> dict[str, Any]:
    """Values for the page of components."""
    return {
        "figures": figures(),
        "desks": desks(),
        "tasks": tasks(rows),
        "changed": changed(now),
        "checklist": checklist(),
        "places": places(),
        "history": history(now),
        "days": [{"name": "1 March", "cells": [("80 %", "n 40", ADDRESS)]}],
        "printed": now,
    }
