"""Workspaces that somebody names on the command line."""

from collections.abc import Sequence
from typing import ClassVar

from crossdesk.kit.errors import CrossdeskError
from crossdesk.org.models import Workspace


class NoSuchWorkspace(CrossdeskError):
    """The workspace that was named does not exist."""

    code: ClassVar[str] = "cli.no_workspace"


def wanted(slugs: Sequence[str]) -> list[Workspace]:
    """Those that are named, in that order; all, by name, where none is. Raises NoSuchWorkspace."""
    rows = {row.slug: row for row in Workspace.objects.order_by("slug")}
    if unknown := sorted(set(slugs) - set(rows)):
        raise NoSuchWorkspace(f"There is no workspace “{unknown[0]}”. There is: {', '.join(rows) or 'none yet'}.")
    return [rows[slug] for slug in slugs or rows]
