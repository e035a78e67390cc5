"""Pictures as they may leave: what they really are, upright, and without what cameras write into them."""

import io

import pytest
from PIL import Image, ImageCms

from crossdesk.kit.pictures import MOST_BYTES, NotAPicture, cleaned

TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
ORIENTATION, CAMERA, GPS = 0x0112, 0x010F, 0x8825


def made(kind, *, mode="RGB", size=(80, 40), color="teal", **more) -> bytes:
    place = io.BytesIO()
    Image.new(mode, size, color).save(place, kind, **more)
    return place.getvalue()


def clean(content, *, types=TYPES, most_bytes=10**6):
    return cleaned(content, types=types, most_bytes=most_bytes)


def test_place_camera_and_comments_are_gone_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = 6, "Secret phone"
    exif.get_ifd(GPS)[1] = "N"
    content = made(
        "JPEG",
        exif=exif,
        comment=b"taken at home",
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    )

    picture = clean(content)

    again = Image.open(io.BytesIO(picture.content))
    assert (picture.mime, picture.width, picture.height, again.size) == ("image/jpeg", 40, 80, (40, 80))
    assert dict(again.getexif()) == {}
    assert {"exif", "comment", "icc_profile"} & set(again.info) == set()
    assert b"Secret phone" not in picture.content


@pytest.mark.parametrize(
    ("kind", "mode", "types", "mime"),
    [
        ("PNG", "RGBA", TYPES, "image/png"),
        ("WEBP", "RGB", TYPES, "image/webp"),
        ("BMP", "RGB", TYPES, "image/jpeg"),
        ("TIFF", "CMYK", TYPES, "image/jpeg"),
        ("GIF", "P", TYPES, "image/png"),
        ("WEBP", "RGB", frozenset({"image/png"}), "image/png"),
        ("PNG", "RGBA", frozenset({"image/jpeg"}), "image/jpeg"),
    ],
)
def test_every_kind_becomes_one_that_the_network_takes(kind, mode, types, mime):
    color = 3 if mode == "P" else None

    picture = clean(made(kind, mode=mode, color=color), types=types)

    assert (picture.mime, Image.MIME[Image.open(io.BytesIO(picture.content)).format or ""]) == (mime, mime)


def test_a_moving_picture_keeps_moving():
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "green", "blue")]
    place = io.BytesIO()
    frames[0].save(place, "GIF", save_all=True, append_images=frames[1:], duration=70, loop=0)

    picture = clean(place.getvalue())

    again = Image.open(io.BytesIO(picture.content))
    assert (picture.mime, getattr(again, "n_frames", 1), again.info["duration"]) == ("image/gif", 3, 70)


def test_what_is_too_large_for_the_network_is_made_smaller():
    noise = Image.effect_noise((1800, 1300), 90).convert("RGB")
    place = io.BytesIO()
    noise.save(place, "PNG")

    picture = clean(place.getvalue(), most_bytes=900_000)

    assert len(picture.content) <= 900_000
    assert max(picture.width, picture.height) in (1800, 1600, 1080)
    with pytest.raises(NotAPicture):
        clean(place.getvalue(), most_bytes=2000)


@pytest.mark.parametrize("content", [b"", b"no", b"GIF89a", b"%PDF-1.7", b"<svg/>", b"x" * (MOST_BYTES + 1)])
def test_what_is_none_is_refused(content):
    with pytest.raises(NotAPicture):
        clean(content)
