"""Files of strangers, before they are kept: what they are is read from their bytes, never from what a server says."""

from dataclasses import dataclass
from typing import Final

from crossdesk.kit import pictures

UNKNOWN: Final = "application/octet-stream"  # handed out as a download, never shown

_STARTS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"%PDF-", "application/pdf"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS: Final = {b"avif": "image/avif", b"M4A ": "audio/mp4", b"qt  ": "video/quicktime"}
_MP4: Final = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"M4V ", b"MSNV")


@dataclass(frozen=True, slots=True)
class Harmless:
    """A file as it may be kept and handed out."""

    content: bytes
    mime: str


def kind_of(content: bytes) -> str:
    """The media type that the bytes themselves show; UNKNOWN where they show none that is shown in pages."""
    for start, mime in _STARTS:
        if content.startswith(start):
            return mime
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12], UNKNOWN)
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return "video/mp4" if brand in _MP4 else _BRANDS.get(brand, UNKNOWN)
    if content[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in content[:64]:
        return "video/webm"
    if len(content) > 1 and content[0] == 0xFF and content[1] in (0xFB, 0xFA, 0xF3, 0xF2):  # a bare frame of MPEG sound
        return "audio/mpeg"
    return UNKNOWN


def harmless(content: bytes) -> Harmless:
    """Pictures are read and written anew, so that nothing but the picture is left; a picture that cannot be is UNKNOWN.

    Sound and video stay as they are: serve them sandboxed, with `nosniff`.
    """
    mime = kind_of(content)
    if not mime.startswith("image/"):
        return Harmless(content, mime)
    try:
        picture = pictures.cleaned(content)
    except pictures.NotAPicture:
        return Harmless(content, UNKNOWN)
    return Harmless(picture.content, picture.mime)
