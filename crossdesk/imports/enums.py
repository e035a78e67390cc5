"""Values of imports, as the pages and the database write them."""

from django.db.models import TextChoices


class ImportState(TextChoices):
    """Where an import stands. looked: its columns wait to be confirmed. checked: a person says whether it begins."""

    LOOKED = "looked", "Columns to confirm"
    CHECKING = "checking", "Being checked"
    CHECKED = "checked", "Ready to begin"
    RUNNING = "running", "Coming in"
    DONE = "done", "Came in"
    STOPPED = "stopped", "Stopped"
    UNDOING = "undoing", "Being taken back"
    UNDONE = "undone", "Taken back"
