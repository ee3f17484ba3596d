"""Pictures, told by their content, and the names they are kept under."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from tongshang.modules.media.refusals import PictureRefused

BYTES_MAX: Final = 5 * 1024 * 1024
# A small file can unfold to gigabytes: what is larger than a good camera's picture is not opened.
PIXELS_MAX: Final = 50_000_000
SIDE_MAX: Final = 16_384
# Formats by Pillow's names. SVG is not among them: it may carry scripts. MPO is what Pillow calls
# a JPEG in which a phone put a second picture.
DECODERS: Final = ("PNG", "JPEG", "WEBP", "GIF")
EXTENSIONS: Final = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "WEBP": "webp", "GIF": "gif"}
FOLDER: Final = "/media/"

_URL: Final = re.compile(r"/media/[0-9a-f]{64}\.(png|jpg|webp|gif)")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be kept."""

    name: str
    width: int
    height: int
    content: bytes

    @property
    def url(self) -> str:
        """Where the picture is shown, under whatever address the platform has."""
        return f"{FOLDER}{self.name}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture of an owner, by the two names that the wire has for it."""

    media_id: int
    url: str


def check_weight(content: bytes) -> None:
    """Refuse a file that is empty or too heavy, before anybody opens it."""
    if not content:
        raise PictureRefused(reason="the file is empty")
    if len(content) > BYTES_MAX:
        raise PictureRefused(reason=f"it has more than {BYTES_MAX} bytes")


def check_form(picture_format: str | None, width: int, height: int) -> None:
    """Refuse a format that is not shown here, and a picture too large to unfold."""
    if picture_format not in EXTENSIONS:
        raise PictureRefused(reason="only PNG, JPEG, WebP and GIF are pictures here")
    if width > SIDE_MAX or height > SIDE_MAX or width * height > PIXELS_MAX:
        raise PictureRefused(reason=f"{width} × {height} pixels are too many")


def named(content: bytes, picture_format: str, width: int, height: int) -> Picture:
    """The picture under the name that its content gives it: the same file is kept once."""
    name = f"{hashlib.sha256(content).hexdigest()}.{EXTENSIONS[picture_format]}"
    return Picture(name, width, height, content)


def is_ours(url: str) -> bool:
    """Whether a url names a picture kept here."""
    return _URL.fullmatch(url) is not None
