"""How the tests of pages ask and read: the address of a page by its name, the text of an answer, HTMX's mark."""

from django.urls import reverse

HTMX = {"HX-Request": "true"}


def at(name, of, *args):
    """of: whatever has a workspace, whose address it is."""
    return reverse(f"web:{name}", args=[of.workspace.slug, *args])


def said(answer):
    return answer.content.decode()
