"""Files of strangers: what they are by their bytes, and what is left of them."""

import io
import struct
import zlib

import pytest
from PIL import Image

from crossdesk.kit.media import UNKNOWN, harmless, kind_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def picture(kind: str, **more) -> bytes:
    place = io.BytesIO()
    Image.new("RGB", (8, 4), "teal").save(place, kind, **more)
    return place.getvalue()


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("GIF"), "image/gif"),
        (picture("WEBP"), "image/webp"),
        (b"\0\0\0\x20ftypisom\0\0\2\0", "video/mp4"),
        (b"\0\0\0\x20ftypM4A \0\0\2\0", "audio/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "video/webm"),
        (b"OggS\0\2", "audio/ogg"),
        (b"ID3\4\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (b"%PDF-1.7", "application/pdf"),
        (SVG, UNKNOWN),
        (HTML, UNKNOWN),
        (b"MZ\x90", UNKNOWN),
        (b"", UNKNOWN),
    ],
)
def test_the_kind_of_a_file_is_what_its_bytes_show(content, mime):
    assert kind_of(content) == mime


@pytest.mark.parametrize(
    "content", [SVG, HTML, b"\x89PNG\r\n\x1a\n" + HTML, b"GIF89a" + HTML, b"\xff\xd8\xff" + HTML, picture("PNG")[:40]]
)
def test_what_only_pretends_to_be_a_picture_is_a_download(content):
    kept = harmless(content)

    assert (kept.content, kept.mime) == (content, UNKNOWN)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_of_a_picture_nothing_but_the_picture_is_left(kind):
    kept = harmless(picture(kind) + HTML)

    with Image.open(io.BytesIO(kept.content)) as again:
        assert again.size == (8, 4)
    assert b"script" not in kept.content


def test_where_a_camera_was_is_not_kept():
    exif = Image.Exif()
    exif[0x010F] = "Secret phone"

    assert b"Secret phone" not in harmless(picture("JPEG", exif=exif)).content


def test_a_picture_that_unpacks_to_thousands_of_millions_of_pixels_is_not_unpacked():
    bomb = _png(50_000, 50_000, zlib.compress(b"\0" * 10_000_000))

    assert harmless(bomb).mime == UNKNOWN


def test_a_moving_picture_with_too_many_pixels_stands_still():
    place = io.BytesIO()
    frames = [Image.new("P", (2000, 2000), number) for number in range(12)]
    frames[0].save(place, "GIF", save_all=True, append_images=frames[1:])

    kept = harmless(place.getvalue())

    assert kept.mime == "image/png"


def _png(width: int, height: int, packed: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
