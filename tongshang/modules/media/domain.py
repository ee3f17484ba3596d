"""Pictures and videos, told by their content, and the names they are kept under."""

import hashlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tongshang.modules.media.refusals import PictureRefused, VideoRefused

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
_VIDEO_URL: Final = re.compile(r"/media/[0-9a-f]{64}\.mp4")


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


# --- videos ------------------------------------------------------------------------------------

VIDEO_BYTES_MAX: Final = 50 * 1024 * 1024
VIDEO_MILLIS_MAX: Final = 10 * 60 * 1000
VIDEO_SIDE_MAX: Final = 4_096
INDEX_BYTES_MAX: Final = 8 * 1024 * 1024  # of `moov`: ten minutes need a fraction of it
BOX_HEAD: Final = 16
TOP_BOXES_MAX: Final = 1_000
_BOXES_MAX: Final = 10_000
_DEPTH_MAX: Final = 8
# What browsers play; the sample entries of ISO/IEC 14496-15 and their like.
_CODECS: Final = frozenset({b"avc1", b"avc3", b"hvc1", b"hev1", b"av01", b"vp09", b"vp08", b"mp4v"})
_HOLDERS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})


@dataclass(frozen=True, slots=True)
class Film:
    """What the index of a video says of it."""

    width: int
    height: int
    millis: int


@dataclass(frozen=True, slots=True)
class Video:
    """A video as it is kept."""

    name: str
    film: Film
    size: int

    @property
    def url(self) -> str:
        """Where the video is played, under whatever address the platform has."""
        return f"{FOLDER}{self.name}"


@dataclass(frozen=True, slots=True)
class Box:
    """A box of an MP4 file (ISO/IEC 14496-12): its kind, and where its content begins and ends."""

    kind: bytes
    start: int
    end: int


def is_our_video(url: str) -> bool:
    """Whether a url names a video kept here."""
    return _VIDEO_URL.fullmatch(url) is not None


def check_video_weight(size: int) -> None:
    """Refuse a file that is empty or too heavy, before anybody reads it."""
    if not size:
        raise VideoRefused(reason="the file is empty")
    if size > VIDEO_BYTES_MAX:
        raise VideoRefused(reason=f"it has more than {VIDEO_BYTES_MAX} bytes")


def read_box(head: bytes, at: int, end: int) -> Box:
    """The box whose first bytes are `head`, at `at` of something that ends at `end`."""
    if len(head) < 8:
        raise VideoRefused(reason="it is cut off")
    size, kind = struct.unpack(">I4s", head[:8])
    length = 8
    if size == 1 and len(head) >= BOX_HEAD:
        (size,), length = struct.unpack(">Q", head[8:BOX_HEAD]), BOX_HEAD
    elif size == 0:
        size = end - at
    if size < length or at + size > end:
        raise VideoRefused(reason="it is cut off or damaged")
    return Box(kind, at + length, at + size)


def film_in(index: bytes) -> Film:
    """What the content of a `moov` box tells; refuses what a browser would not play."""
    millis, pictures = 0, []
    for track, box in _walk(index, Box(b"moov", 0, len(index)), 0, 0):
        content = index[box.start : box.end]
        if box.kind == b"mvhd":
            millis = _millis(content)
        elif box.kind in {b"tkhd", b"stsd"}:
            pictures.append((track, box.kind, content))
    shown = {track for track, kind, content in pictures if kind == b"stsd" and _plays(content)}
    sizes = [_size(c) for track, kind, c in pictures if kind == b"tkhd" and track in shown]
    if not sizes or not all(min(size) > 0 for size in sizes):
        raise VideoRefused(reason="it has no picture that a browser plays (H.264, H.265, AV1, VP9)")
    if max(max(size) for size in sizes) > VIDEO_SIDE_MAX:
        raise VideoRefused(reason=f"a side has more than {VIDEO_SIDE_MAX} pixels")
    if not 0 < millis <= VIDEO_MILLIS_MAX:
        minutes = VIDEO_MILLIS_MAX // 60_000
        raise VideoRefused(reason=f"it does not say its length, or lasts over {minutes} minutes")
    return Film(*sizes[0], millis)


def _walk(index: bytes, within: Box, track: int, depth: int) -> Iterator[tuple[int, Box]]:
    """The boxes in `within` that hold no others, each with the number of its track."""
    at, seen = within.start, 0
    while at < within.end:
        box = read_box(index[at : min(at + BOX_HEAD, within.end)], at, within.end)
        at, seen = box.end, seen + 1
        if seen > _BOXES_MAX or depth > _DEPTH_MAX:
            raise VideoRefused(reason="its index is not that of a video")
        if box.kind == b"trak":
            track += 1
        if box.kind in _HOLDERS:
            yield from _walk(index, box, track, depth + 1)
        else:
            yield track, box


def _millis(content: bytes) -> int:
    """The length that a `mvhd` box tells."""
    form = ">I8x8xIQ" if content[:1] == b"\1" else ">I4x4xII"
    if len(content) < struct.calcsize(form):
        return 0
    _, scale, duration = struct.unpack(form, content[: struct.calcsize(form)])
    return int(duration * 1000 // scale) if scale else 0


def _size(content: bytes) -> tuple[int, int]:
    """Width and height that a `tkhd` box tells, in whole pixels."""
    if len(content) < 8:
        return 0, 0
    width, height = struct.unpack(">II", content[-8:])
    return width >> 16, height >> 16


def _plays(content: bytes) -> bool:
    """Whether a `stsd` box names a picture that browsers play."""
    return content[12:16] in _CODECS
