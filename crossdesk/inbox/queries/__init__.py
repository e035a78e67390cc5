"""Reads of the inbox. Every one begins with `visible_to(actor)`."""

from crossdesk.inbox.queries.visible import visible_to, within

__all__ = ["visible_to", "within"]
