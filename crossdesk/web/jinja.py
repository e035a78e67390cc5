"""The Jinja2 environment of the pages."""

from typing import Any

from jinja2 import Environment, StrictUndefined


def environment(**options: Any) -> Environment:
    """Undefined values are errors; text is escaped."""
    return Environment(**{**options, "undefined": StrictUndefined})  # noqa: S701 -- Django hands autoescape=True in
