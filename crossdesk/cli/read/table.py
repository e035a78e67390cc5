"""Figures as a table that people read in a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any


def table(found: Mapping[str, Any]) -> str:
    """What `evaluation.figures` gives, in lines."""
    lines = [f"{found['head']}, read by {found['model']}: {found['n']:,} rows, {found['skipped']:,} passed over", ""]
    lines += [f"{'':<22}{'all':>8}{'not abstained':>16}"]
    sure = found["not_abstained"]
    for key, name in (
        ("n", "rows"), ("macro_recall", "macro-recall"), ("accuracy", "accuracy"), ("macro_f1", "macro-F1"),
        ("ece", "calibration error"),
    ):  # fmt: skip
        lines.append(f"{name:<22}{_cell(found[key]):>8}{_cell(sure[key]):>16}")
    lines += ["", f"accuracy lies between {_between(found['accuracy_between'])}"]
    lines.append(f"abstained: {_share(found['abstained'])}")
    for key, name in (("top_1", "first value right"), ("top_2", "one of the first two right")):
        if found[key] is not None:
            lines.append(f"{name}: {_share(found[key])}")
    if found["any"] is not None:
        lines.append(f"found anything where there is something: {_share(found['any']['found'])}")
        lines.append(f"found anything where there is nothing: {_share(found['any']['false_alarms'])}")
    lines += ["", f"{'':<22}{'n':>7}  {'precision':<22}{'recall':<22}{'F1':>6}"]
    for name, one in found["classes"].items():
        lines.append(
            f"{name:<22}{one['n']:>7,}  {_with(one['precision'], one['precision_between']):<22}"
            f"{_with(one['recall'], one['recall_between']):<22}{_cell(one['f1']):>6}"
        )
    if found["confusion"] is not None:
        lines += ["", *_grid(found["confusion"]["labels"], found["confusion"]["counts"])]
    lines += ["", "of answers that promise, so many are right:"]
    for one in found["calibration"]:
        lines.append(f"  {one['mean_p']:.2f} → {one['share_right']:.2f}  {_between(one['between'])}  n {one['n']:,}")
    return "\n".join(lines)


def _grid(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> list[str]:
    """Rows: what is true. Columns, by number: what was given."""
    head = "".join(f"{f'({number})':>8}" for number in range(1, len(labels) + 1))
    rows = [
        f"({number}) {name:<18}" + "".join(f"{count:>8,}" for count in row)
        for number, (name, row) in enumerate(zip(labels, counts, strict=True), start=1)
    ]
    return [f"{'true ↓  given →':<22}{head}", *rows]


def _cell(value: float | int | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value * 100:.1f} %"


def _between(pair: Sequence[float]) -> str:
    return f"{pair[0] * 100:.1f}–{pair[1] * 100:.1f} %"


def _with(value: float | None, pair: Sequence[float]) -> str:
    return "–" if value is None else f"{value * 100:.1f} % ({pair[0] * 100:.0f}–{pair[1] * 100:.0f})"


def _share(hits: Mapping[str, Any]) -> str:
    return f"{_cell(hits['share'])} of {hits['n']:,} ({_between(hits['between'])})"
