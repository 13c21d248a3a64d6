"""Profile images: decoded and encoded anew, so that nothing else of the file is kept."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts.models import ProfileImage
from accounts.procedures import SignedUp

pytestmark = pytest.mark.django_db(databases="__all__")
URL = "/api/v1/profile/image"
SECRET = b"GPS-37.5665-126.9780"


@pytest.fixture
def mine(make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]]) -> dict[str, str]:
    return bearer(make_account().account_db_key)


def picture(kind: str = "JPEG", size: tuple[int, int] = (600, 400), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot(size, (-2, -1, 1, 1), 50).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def put(client: Client, headers: dict[str, str], content: bytes, kind: str = "image/jpeg") -> Any:
    return client.put(URL, content, content_type=kind, headers=headers)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_kept_square_and_without_what_came_with_it(
    client: Client, mine: dict[str, str], kind: str
) -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    options: dict[str, Any] = {} if kind == "GIF" else {"exif": exif}
    content = picture(kind, **options) + SECRET
    assert put(client, mine, content, f"image/{kind.lower()}").status_code == 204
    answer = client.get(URL, headers=mine | {"Accept": "image/*"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    with Image.open(io.BytesIO(answer.content)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("WEBP", (400, 400), {})
    assert SECRET not in answer.content
    assert client.get("/api/v1/profile", headers=mine).json()["image_hash"] == answer["ETag"].strip('"')
    assert client.get(URL, headers=mine | {"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_turned_picture_is_kept_upright(client: Client, mine: dict[str, str]) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    left_half = Image.new("RGB", (100, 100), "white")
    left_half.paste((255, 0, 0), (0, 0, 50, 100))
    left_half.save(out, "JPEG", exif=exif, quality=95)
    put(client, mine, out.getvalue())
    with Image.open(io.BytesIO(client.get(URL, headers=mine).content)) as kept:
        green = kept.convert("RGB").getchannel("G").tobytes()
    assert green[10 * 100 + 50] < 60, "red is on top now"
    assert green[90 * 100 + 50] > 200


def test_it_can_be_removed_and_removing_none_is_fine(client: Client, mine: dict[str, str]) -> None:
    put(client, mine, picture())
    assert [client.delete(URL, headers=mine).status_code for _ in range(2)] == [204, 204]
    answer = client.get(URL, headers=mine)
    assert (answer.status_code, answer.json()["code"]) == (404, "image_unknown")
    assert not ProfileImage.objects.exists()


def bomb(width: int, height: int) -> bytes:
    """A PNG of some bytes that says that it is so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8_001, 10), (7_000, 7_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_what_would_unpack_to_too_much_is_refused_unread(
    client: Client, mine: dict[str, str], size: tuple[int, int]
) -> None:
    answer = put(client, mine, bomb(*size), "image/png")
    assert answer.status_code in (400, 413)
    assert answer.json()["code"] in ("image_invalid", "image_too_large")
    assert not ProfileImage.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture()[:200],
        picture("PNG")[:300],
        picture("BMP"),
        picture("TIFF"),
        bomb(10, 10),
    ],
)
def test_what_is_no_picture_is_refused(client: Client, mine: dict[str, str], content: bytes) -> None:
    answer = put(client, mine, content)
    assert (answer.status_code, answer.json()["code"]) == (400, "image_invalid")
    assert not ProfileImage.objects.exists()


def test_other_bodies_are_refused(client: Client, mine: dict[str, str]) -> None:
    assert put(client, mine, b"{}", "application/json").json()["code"] == "unsupported_media_type"
    large = put(client, mine, b"x" * (1024 * 1024 + 1))
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")


def test_a_repeated_upload_is_answered_from_its_key(client: Client, mine: dict[str, str]) -> None:
    headers = mine | {"Idempotency-Key": "one"}
    assert [put(client, headers, picture()).status_code for _ in range(2)] == [204, 204]
    assert put(client, headers, picture(size=(50, 50))).status_code == 422
