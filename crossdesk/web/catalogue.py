"""Sentences of the catalogues, each looked up once for each language: a page says some hundreds of them."""

from functools import lru_cache

from django.utils.translation import get_language, gettext, override

MOST = 20_000


def said(message: str) -> str:
    """The sentence in the reader's language, as `gettext` gives it."""
    return _found(get_language() or "", message)


@lru_cache(maxsize=MOST)
def _found(language: str, message: str) -> str:
    with override(language or None):
        return gettext(message)
