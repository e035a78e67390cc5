"""crossdesk read: what each message of a file needs, why, and how sure that is; or how good that is on labels."""

import json
from collections.abc import Callable

import click

from crossdesk.cli.read.evaluation import HEADS, evaluate
from crossdesk.cli.read.progress import Progress
from crossdesk.cli.read.reading import Wish, read_file
from crossdesk.cli.read.table import table
from crossdesk.reading.services import default_reader
from crossdesk.triage.placing import preset_setup
from crossdesk.triage.setup import Setup


@click.command()
@click.argument("file", required=False)
@click.option("--to", default=None, metavar="OUT", help="Where to: .jsonl or .parquet. [default: standard output]")
@click.option("--text", default="", metavar="COLUMN", help="The column with the text. [default: text, message, body …]")
@click.option("--resume", is_flag=True, help="Go on where OUT ends.")
@click.option("--workspace", default="", metavar="SLUG", help="Name departments by this workspace's matrix.")
@click.option(
    "--eval", "labelled", default=None, metavar="FILE", help="Measure on a file with the fields text and label."
)
@click.option("--head", type=click.Choice(HEADS), default=None, help="What to measure.")
@click.option("--label", default="", metavar="COLUMN", help="The column with the label. [default: label, or the head]")
@click.option("--json", "as_json", is_flag=True, help="Say the figures as one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.pass_context
def command(
    ctx: click.Context,
    file: str | None,
    to: str | None,
    text: str,
    resume: bool,
    workspace: str,
    labelled: str | None,
    head: str | None,
    label: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Read the messages of FILE (CSV, JSON lines or Parquet; - for standard input): each row with its `reading`.

    With --eval, measure instead how good readings are on a file whose labels are known.
    """  # fmt: skip
    if (file is None) == (labelled is None):
        raise click.UsageError("Name one: FILE to read, or --eval FILE to measure.")
    if (labelled is None) != (head is None):
        raise click.UsageError("--eval FILE and --head go together.")
    if labelled is not None and (to or resume):
        raise click.UsageError("--to and --resume are for reading; figures go to standard output.")
    if labelled is None and (as_json or label):
        raise click.UsageError("--json and --label are for measuring (--eval).")
    if resume and to in (None, "-"):
        raise click.UsageError("--resume needs --to OUT, the file to go on with.")
    workspace_id, setup = _setup(workspace, ctx.find_root().obj)
    progress = Progress(quiet=quiet)
    if labelled is not None and head is not None:
        wish = Wish(name=labelled, text=text, workspace_id=workspace_id)
        found = evaluate(wish, head=head, label=label, reader=default_reader(), setup=setup, progress=progress)
        click.echo(json.dumps(found) if as_json else table(found))
    elif file is not None:
        wish = Wish(name=file, to=to, text=text, resume=resume, workspace_id=workspace_id)
        read_file(wish, reader=default_reader(), setup=setup, progress=progress)


def _setup(slug: str, set_up: Callable[[], None]) -> tuple[int | None, Setup]:
    """The workspace and its matrix; the presets where none is named, which needs no settings and no database."""
    if not slug:
        return None, preset_setup()
    set_up()
    from crossdesk.cli.workspaces import wanted  # noqa: PLC0415 -- app ready
    from crossdesk.triage import queries  # noqa: PLC0415 -- app ready

    workspace = wanted((slug,))[0]
    return workspace.pk, queries.setup(workspace.pk)
