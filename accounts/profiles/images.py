"""Profile images: a picture is decoded here and encoded anew, so that nothing else that was in the file is kept.

Checked before any pixel is decoded: its format by its content, and its dimensions, so that a small file that unpacks
to gigabytes costs nothing.
"""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.profiles.exceptions import ImageInvalid, ImageTooLarge

LARGEST_SIDE = 8_000  # pixels
LARGEST_AREA = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SIDE = 512  # of what is kept
QUALITY = 85
CONTENT_TYPE = "image/webp"


def encoded(uploaded: bytes) -> bytes:
    """A square WebP of at most `SIDE` pixels, without metadata; of an animation its first frame. Raises ImageInvalid,
    ImageTooLarge."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(uploaded), formats=FORMATS) as picture:
                if max(picture.size) > LARGEST_SIDE or picture.width * picture.height > LARGEST_AREA:
                    raise ImageTooLarge
                return _square(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLarge from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise ImageInvalid from error


def _square(picture: Image.Image) -> bytes:
    picture.draft("RGB", (SIDE * 2, SIDE * 2))  # a JPEG is decoded smaller at once
    upright = ImageOps.exif_transpose(picture)
    side = min(SIDE, *upright.size)
    pixels = ImageOps.fit(upright.convert("RGBA" if "A" in upright.getbands() else "RGB"), (side, side))
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()
