"""The figures of docs/reading.md, from the weights in the package."""

from pathlib import Path


def print_figures(folder: Path) -> None:
    """Figures."""
