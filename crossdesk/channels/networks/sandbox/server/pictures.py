"""Pictures without a library: a PNG of soft colours for photos, an SVG with initials for avatars."""

import struct
import zlib
from html import escape

WIDTH, HEIGHT = 480, 320


def photo(words: str) -> bytes:
    """A PNG whose colours come from the words, the same every time."""
    number = zlib.crc32(words.encode())
    warm, cool, turn = number & 0xFF, (number >> 8) & 0xFF, (number >> 16) & 0xFF
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)  # no filter
        for x in range(WIDTH):
            across, down = x * 255 // WIDTH, y * 255 // HEIGHT
            rows += bytes(((warm + across) // 2, (cool + down) // 2, (turn + across // 2 + down // 2) // 2))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(rows), 6)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


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
