"""Pictures without a library: a PNG of soft colours for photos, an SVG with initials for avatars."""

import struct
import zlib
from html import escape

WIDTH, HEIGHT = 480, 320


def photo(words: str) -> bytes:
    """A PNG of a soft slope between three colours that come from the words, the same every time."""
    number = zlib.crc32(words.encode())
    stops = [
        ((number >> shift) & 0xFF, (number >> shift + 4) & 0xFF, (number >> shift + 8) & 0xFF) for shift in (0, 7, 14)
    ]
    palette = bytes(part for place in range(256) for part in _between(stops, place / 255))
    slope = bytes(place * 255 // (WIDTH + HEIGHT) for place in range(WIDTH + HEIGHT))
    rows = b"".join(b"\0" + slope[y : y + WIDTH] for y in range(HEIGHT))  # each row begins with "no filter"
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    parts = _chunk(b"IHDR", head) + _chunk(b"PLTE", palette) + _chunk(b"IDAT", zlib.compress(rows, 6))
    return b"\x89PNG\r\n\x1a\n" + parts + _chunk(b"IEND", b"")


def _between(stops: list[tuple[int, int, int]], share: float) -> list[int]:
    first, second = (stops[0], stops[1]) if share < 0.5 else (stops[1], stops[2])
    along = share * 2 % 1 if share < 1 else 1.0
    return [round(one + (other - one) * along) for one, other in zip(first, second, strict=True)]


def avatar(name: str, hue: int) -> str:
    """An SVG circle with the first letters of a name."""
    letters = "".join(part[0] for part in name.split()[:2]).upper() or "?"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
        f'<rect width="64" height="64" rx="32" fill="hsl({int(hue) % 360} 45% 42%)"/>'
        '<text x="32" y="33" fill="#fff" font-family="sans-serif" font-size="26" text-anchor="middle" '
        f'dominant-baseline="central">{escape(letters)}</text></svg>'
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
