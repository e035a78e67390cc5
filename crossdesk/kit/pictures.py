"""Pictures from others, read and written anew: what they really are, without what cameras write into them."""

import warnings
from collections.abc import Set
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageCms, ImageOps, ImageSequence, UnidentifiedImageError

from crossdesk.kit.errors import Invalid

MOST_BYTES: Final = 25 * 1024 * 1024  # of an upload
MOST_PIXELS: Final = 60_000_000
MOST_MOVING_PIXELS: Final = 40_000_000  # of all frames together
SIDES: Final = (4096, 2560, 1600, 1080)  # tried one after the other until it fits
MIME_OF: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it may leave."""

    content: bytes
    mime: str
    width: int
    height: int


class NotAPicture(Invalid):
    code = "kit.not_a_picture"


def cleaned(content: bytes, *, types: Set[str] = frozenset(), most_bytes: int = MOST_BYTES) -> Picture:
    """Read a picture and write it anew: upright, in common colours, without place, time, camera or comments.

    types: what the network takes; none: any. most_bytes: what it takes of one file; a larger picture is made smaller.
    Raises NotAPicture.
    """
    if len(content) > MOST_BYTES:
        raise NotAPicture(f"This file is larger than {MOST_BYTES // 1024 // 1024} MB.")
    try:
        with (
            warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning),
            Image.open(BytesIO(content), formats=FORMATS) as opened,
        ):
            if opened.width * opened.height > MOST_PIXELS:
                raise NotAPicture(f"This picture is larger than {MOST_PIXELS // 1_000_000} million pixels.")
            opened.load()
            return _written(opened, types=types, most_bytes=most_bytes)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise NotAPicture("This is not a picture that can be read. PNG, JPEG, GIF and WebP can be sent.") from error


def _written(opened: Image.Image, *, types: Set[str], most_bytes: int) -> Picture:
    kind = opened.format or ""
    frames = getattr(opened, "n_frames", 1) if kind == "GIF" else 1
    if 1 < frames <= MOST_MOVING_PIXELS // (opened.width * opened.height) and _takes("GIF", types):
        moving = _moving(opened)
        if len(moving.content) <= most_bytes:
            return moving
    plain = _upright(opened)
    sees_through = plain.mode == "RGBA"
    target = kind if kind in ("PNG", "WEBP", "JPEG") else "PNG" if sees_through or kind == "GIF" else "JPEG"
    for wanted in dict.fromkeys((target, "PNG" if sees_through else "JPEG", "JPEG", "PNG")):
        if _takes(wanted, types):
            return _fitting(plain, wanted, most_bytes=most_bytes)
    raise NotAPicture("This network takes no pictures.")


def _takes(kind: str, types: Set[str]) -> bool:
    return not types or MIME_OF[kind] in types


def _upright(opened: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(opened)
    profile = opened.info.get("icc_profile")
    see_through = turned.mode in ("RGBA", "LA", "PA") or (turned.mode == "P" and "transparency" in turned.info)
    mode = "RGBA" if see_through else "RGB"
    if profile and turned.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            standard = ImageCms.createProfile("sRGB")
            taken = ImageCms.ImageCmsProfile(BytesIO(profile))
            made = ImageCms.profileToProfile(
                turned, taken, standard, outputMode="RGB" if turned.mode != "RGBA" else "RGBA"
            )
            turned = made if made is not None else turned
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that cannot be read: the colours stay as they are
    bare = Image.new(mode, turned.size)
    bare.paste(turned.convert(mode))
    return bare


def _moving(opened: Image.Image) -> Picture:
    frames = [frame.convert("RGBA") for frame in ImageSequence.Iterator(opened)]
    times = [frame.info.get("duration", 100) for frame in ImageSequence.Iterator(opened)]
    place = BytesIO()
    frames[0].save(
        place, "GIF", save_all=True, append_images=frames[1:], duration=times, loop=opened.info.get("loop", 0), disposal=2
    )  # fmt: skip
    return Picture(place.getvalue(), "image/gif", *opened.size)


def _fitting(plain: Image.Image, kind: str, *, most_bytes: int) -> Picture:
    for side in (max(plain.size), *SIDES):
        if side > max(plain.size):
            continue
        sized = plain if side == max(plain.size) else _smaller(plain, side)
        content = _bytes(sized, kind)
        if len(content) <= most_bytes:
            return Picture(content, MIME_OF[kind], *sized.size)
    if kind != "JPEG":
        return _fitting(plain.convert("RGB"), "JPEG", most_bytes=most_bytes)
    raise NotAPicture(
        f"This picture is larger than the network takes ({most_bytes // 1024} KB), also when made smaller."
    )


def _smaller(plain: Image.Image, side: int) -> Image.Image:
    made = plain.copy()
    made.thumbnail((side, side), Image.Resampling.LANCZOS)
    return made


def _bytes(plain: Image.Image, kind: str) -> bytes:
    place = BytesIO()
    if kind == "JPEG":
        plain.convert("RGB").save(place, kind, quality=88, optimize=True, progressive=True)
    elif kind == "WEBP":
        plain.save(place, kind, quality=88)
    else:
        plain.save(place, kind, optimize=True)
    return place.getvalue()
