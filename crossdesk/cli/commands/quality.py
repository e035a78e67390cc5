"""crossdesk quality: how well messages are read and routed, on labels that nobody's choice has bent."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from crossdesk.cli.workspaces import wanted
from crossdesk.insights.quality import Asked, HeadFigures, Quality, Share, quality
from crossdesk.insights.values import Window
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.triage import queries as triage
from crossdesk.triage import words
from crossdesk.triage.models import LearnedHead
from crossdesk.triage.taught import LEAST, missing

BIASED = (
    "Corrections are no measure: people correct what they happened to see and what bothered them. "
    "They stand apart from the figures above."
)
FEW = "too few to tell"


@click.command()
@click.option("--workspace", "slug", help="One workspace, by the word in its addresses. All where none is named.")
@click.option(
    "--days", default=90, show_default=True, type=click.IntRange(1, 3660), help="So many days, today the last."
)
@click.option("--model", default="", help="Only what this version of the reader said.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def command(slug: str | None, days: int, model: str, as_json: bool) -> int:
    """Precision, recall, F1, what is left to people, calibration and confusion, each with n and its 95 % interval."""
    asked = Asked(Window.until(clock.now().date(), days=days), model)
    found = [
        (row, quality(system(row.pk), asked), triage.heads_learned(system(row.pk)), words.answers(row.pk))
        for row in wanted([slug] if slug else [])
    ]
    if as_json:
        rows = [
            {
                "workspace": row.slug,
                **as_values(one),
                "answers": {head: {"count": n, "missing": missing(n)} for head, n in answers.items()},
                "learned": [_learned(each) for each in learned],
            }
            for row, one, learned, answers in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return 0
    for row, one, learned, answers in found:
        for line in (*told(row.slug, one), *_answers_told(answers), *_learned_told(learned)):
            click.echo(line)
    return 0


def as_values(one: Quality) -> dict[str, Any]:
    """As JSON: heads by name, each with its figures; departments by their names."""
    window = one.asked.window
    return {
        "first": window.first.isoformat(),
        "last": window.last.isoformat(),
        "model": one.asked.model or None,
        "models": list(one.models),
        "labelled": one.labelled,
        "heads": {head.head: _head(head, one) for head in one.heads},
        "agreement": {each.head: {**_share(each.agreed), "kappa": each.kappa} for each in one.agreement},
        "corrections": {each.head: {"count": each.count, "in_doubt": each.in_doubt} for each in one.corrected},
        "corrections_note": BIASED,
    }


def _share(one: Share) -> dict[str, Any]:
    return {"value": one.value, "hits": one.hits, "n": one.of, "interval": list(one.between), "enough": one.enough}


def _head(head: HeadFigures, one: Quality) -> dict[str, Any]:
    return {
        "right": _share(head.right),
        "left_to_people": _share(head.left),
        "macro_f1": head.macro_f1,
        "classes": {
            one.names.get(name, name): {
                "n": each.n, "precision": each.precision, "precision_interval": list(each.precision_between),
                "recall": each.recall, "recall_interval": list(each.recall_between), "f1": each.f1,
            }
            for name, each in head.classes.items()
        },
        "confusion": {
            "labels": [one.names.get(name, name) for name in head.confusion.labels],
            "counts": [list(row) for row in head.confusion.counts],
        },
        "calibration": {
            "n": head.calibration.n,
            "ece": head.calibration.ece,
            "bins": [
                {"low": each.low, "high": each.high, "n": each.n, "mean_p": each.mean_p, "right": each.share_right}
                for each in head.calibration.bins
            ],
        },
    }  # fmt: skip


def told(slug: str, one: Quality) -> Iterator[str]:
    """The same in lines for people."""
    window = one.asked.window
    reader = f", read by {one.asked.model}" if one.asked.model else ""
    yield f"{slug}: {one.labelled} labelled messages from {window.first} to {window.last}{reader}"
    if not one.labelled:
        yield "  Nothing to tell yet. Label the week's ten messages, and those that wait blind in triage."
    for head in one.heads if one.labelled else ():
        yield from _told(head, one)
    if one.agreement:
        yield "  two people agree:"
        for each in one.agreement:
            beyond = "" if each.kappa is None else f", kappa {each.kappa:.2f}"
            yield f"    {each.head:<18}{_words(each.agreed)}{beyond}"
    if one.corrected:
        counts = ", ".join(f"{each.head} {each.count} ({each.in_doubt} of them in doubt)" for each in one.corrected)
        yield f"  corrections: {counts}"
        yield f"  {BIASED}"


def _told(head: HeadFigures, one: Quality) -> Iterator[str]:
    yield f"  {head.head:<20}right {_words(head.right)}; left to people {_words(head.left)}"
    for name, each in head.classes.items():
        low, high = each.recall_between
        few = "" if each.n >= 30 else f", {FEW}"
        recall = "recall –" if each.recall is None else f"recall {each.recall:.0%} ({low:.0%} to {high:.0%})"
        precision = "–" if each.precision is None else f"{each.precision:.0%}"
        yield f"    {one.names.get(name, name):<22}n {each.n:>5}  precision {precision}, {recall}, F1 {each.f1:.2f}{few}"
    if head.calibration.ece is not None:
        few = "" if head.calibration.n >= 30 else f", {FEW}"
        yield f"    off by {head.calibration.ece:.3f} on average in how sure it is (n {head.calibration.n}{few})"


def _words(one: Share) -> str:
    if one.value is None:
        return "– (n 0)"
    low, high = one.between
    few = "" if one.enough else f", {FEW}"
    return f"{one.value:.1%} ({low:.1%} to {high:.1%}, n {one.of}{few})"


def _learned(row: LearnedHead) -> dict[str, Any]:
    return {
        "head": row.head, "number": row.number, "state": row.state, "model": row.model, "labelled": row.labelled,
        "examples": row.examples, "right": _share(Share(row.right, row.of)), "macro_f1": row.macro_f1,
        "general_right": _share(Share(row.general_right, row.of)), "general_macro_f1": row.general_macro_f1,
        "gained": row.gained, "lost": row.lost, "better": triage.compared_of(row).better,
        "trained_at": row.trained_at.isoformat(),
    }  # fmt: skip


def _answers_told(answers: Mapping[str, int]) -> Iterator[str]:
    """What people said that heads learn from, and how much more it takes."""
    each = (f"{head} {n}" + (f" ({missing(n)} missing)" if missing(n) else "") for head, n in answers.items())
    if any(answers.values()):
        yield f"  answers of people to learn from, {LEAST} needed of each: {', '.join(each)}"


def _learned_told(rows: Sequence[LearnedHead]) -> Iterator[str]:
    """Heads that were learned here, in lines for people."""
    if rows:
        yield "  learned here, beside the general one on the same labels held aside:"
    for row in rows:
        own, general = _words(Share(row.right, row.of)), _words(Share(row.general_right, row.of))
        yield f"    {row.head:<18}no. {row.number} ({row.state}), {row.labelled} labels: right {own}; general {general}"
