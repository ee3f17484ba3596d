"""Short videos of the demo: its pictures in slow motion, one after the other, as small MP4 files.

No encoder of videos is needed: Pillow writes a sequence of AVIF pictures, which is AV1 in boxes of
the same kind as an MP4's. A handful of marks made other makes an MP4 of it that browsers play.
"""

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from PIL import Image, ImageFilter

WIDTH: Final = 360
HEIGHT: Final = 640
PER_SECOND: Final = 5
SHOT_SECONDS: Final = 3
_FADE: Final = 3  # frames in which a shot gives way to the next
_ZOOM: Final = Fraction(12, 100)

_HOLDERS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_SAMPLES_HEAD: Final = 8  # of `stsd`, before its entries
_ENTRY_HEAD: Final = 78  # of a picture's sample entry, before its boxes
_BRANDS: Final = (b"isom", b"iso6", b"av01", b"mp41")


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that is shown for some seconds."""

    picture: bytes
    seconds: int = SHOT_SECONDS


def film(shots: Sequence[Shot]) -> bytes:
    """The shots as a video."""
    frames = list(_frames(shots))
    file = io.BytesIO()
    frames[0].save(
        file, "AVIF", save_all=True, append_images=frames[1:], duration=1000 // PER_SECOND,
        quality=42, speed=10, max_threads=1,
    )  # fmt: skip
    return as_mp4(file.getvalue(), len(frames) * 1000 // PER_SECOND)


# --- pictures -----------------------------------------------------------------------------------


def _frames(shots: Sequence[Shot]) -> Iterator[Image.Image]:
    last: list[Image.Image] = []
    for number, shot in enumerate(shots):
        moving = list(_moving(shot, inward=number % 2 == 0))
        for place, frame in enumerate(moving):
            if place < len(last):
                share = (place + 1) / (len(last) + 1)
                yield Image.blend(last[place], frame, share)
            else:
                yield frame
        last = [moving[-1]] * _FADE


def _moving(shot: Shot, *, inward: bool) -> Iterator[Image.Image]:
    """A picture on a ground of itself, coming slowly nearer, or going."""
    with Image.open(io.BytesIO(shot.picture)) as opened:
        whole = opened.convert("RGB")
    ground = _filling(whole, WIDTH, HEIGHT).filter(ImageFilter.GaussianBlur(28))
    ground = Image.blend(ground, Image.new("RGB", ground.size, "#202020"), 0.25)
    wide = whole.width >= whole.height * 3 // 4
    place = (WIDTH, min(HEIGHT, WIDTH * whole.height // whole.width) if wide else HEIGHT)
    count = shot.seconds * PER_SECOND
    for number in range(count):
        at = Fraction(number, count)
        frame = ground.copy()
        near = 1 + _ZOOM * (at if inward else 1 - at)
        frame.paste(_filling(whole, *place, near), (0, (HEIGHT - place[1]) // 2))
        yield frame


def _filling(
    picture: Image.Image, width: int, height: int, near: Fraction = Fraction(1)
) -> Image.Image:
    """The middle of a picture, so that it fills a frame."""
    scale = min(picture.width / width, picture.height / height) / near
    wide, high = width * scale, height * scale
    left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    box = (left, top, left + wide, top + high)
    return picture.resize((width, height), Image.Resampling.BILINEAR, box=box)


# --- boxes --------------------------------------------------------------------------------------


def as_mp4(sequence: bytes, millis: int) -> bytes:
    """A sequence of AVIF pictures as an MP4: nothing moves, so that its offsets stay true."""
    file = bytearray(sequence)
    for kind, start, end in _boxes(file, 0, len(file)):
        content = slice(start + 8, end)
        match kind:
            case b"ftyp":
                room = (end - start - 16) // 4
                brands = [*_BRANDS, *[b"isom"] * room][:room]
                file[content] = b"isom" + bytes(4) + b"".join(brands)
            case b"meta" | b"edts" | b"ccst":  # a still picture, an endless loop, what is AVIF's
                file[start + 4 : start + 8] = b"free"
            case b"hdlr":
                file[start + 16 : start + 20] = b"vide"
            case b"mvhd":
                _set_length(file, start + 8, millis, scaled=True)
            case b"tkhd":
                _set_length(file, start + 8, millis, scaled=False)
    return bytes(file)


def _boxes(file: bytearray, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while at < end:
        size, kind = struct.unpack(">I4s", file[at : at + 8])
        yield bytes(kind), at, at + size
        if kind in _HOLDERS:
            yield from _boxes(file, at + 8, at + size)
        elif kind == b"stsd":
            entry = at + 8 + _SAMPLES_HEAD
            yield from _boxes(file, entry + 8 + _ENTRY_HEAD, at + size)
        at += size


def _set_length(file: bytearray, at: int, millis: int, *, scaled: bool) -> None:
    """Say in a header how long the film is, in thousandths of a second."""
    is_long = file[at] == 1
    place = at + 4 + (16 if is_long else 8)  # after two moments
    if scaled:
        struct.pack_into(">I", file, place, 1000)
        place += 4
    else:
        place += 8  # the track's number, and a gap
    struct.pack_into(">Q" if is_long else ">I", file, place, millis)
