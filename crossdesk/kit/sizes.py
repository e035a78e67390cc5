"""Sizes of files as people say them."""

_MEGABYTE = 1024**2


def size(number: int) -> str:
    """So many bytes, never more than there are: 20 MB, 4.7 MB, 976 KB, 12 B."""
    if number >= 10 * _MEGABYTE:
        return f"{number // _MEGABYTE} MB"
    if number >= _MEGABYTE:
        return f"{number * 10 // _MEGABYTE / 10:g} MB"
    return f"{number // 1024} KB" if number >= 1024 else f"{number} B"
