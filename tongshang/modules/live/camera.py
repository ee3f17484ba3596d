"""The sandbox's camera: test pictures that need no hardware.

A picture is a function of the room and the moment, so that every process draws the same. One is
drawn a second and room, and all who watch share it; nobody watching, nothing is drawn.
"""

import asyncio
import colorsys
import io
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont

WIDTH: Final = 360
HEIGHT: Final = 640
QUALITY: Final = 55
_MIDDLE: Final = 320
FONT: Final = Path(__file__).parents[2] / "sites" / "static" / "parts" / "xiaowei.ttf"
_CHINA: Final = timezone(timedelta(hours=8))
_BACKDROPS_MAX: Final = 64
_LINE: Final = 11  # letters of a title in a line
_PER_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Scene:
    """What a room's camera looks at."""

    content_id: int
    title: str
    host: str


def draw(scene: Scene, at: datetime) -> bytes:
    """The picture of a moment, as JPEG."""
    picture = _backdrop(scene.content_id, scene.title, scene.host).copy()
    pen = ImageDraw.Draw(picture, "RGBA")
    local = at.astimezone(_CHINA)
    second = local.second + _PER_MINUTE * local.minute
    _ripple(pen, second)
    pen.text((WIDTH / 2, _MIDDLE), f"{local:%H:%M:%S}", font=_font(44), fill="white", anchor="mm")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _ripple(pen: ImageDraw.ImageDraw, second: int) -> None:
    """Rings that widen, and a mark that goes round once a minute."""
    for ring in range(3):
        wide = 60 + (second * 14 + ring * 56) % 168
        fade = 110 - wide * 110 // 240
        box = (WIDTH // 2 - wide, _MIDDLE - wide, WIDTH // 2 + wide, _MIDDLE + wide)
        pen.ellipse(box, outline=(255, 255, 255, fade), width=3)
    turn = second % _PER_MINUTE * 6
    pen.arc(
        (WIDTH // 2 - 126, _MIDDLE - 126, WIDTH // 2 + 126, _MIDDLE + 126),
        -90,
        turn - 90,
        "#ffd76a",
        width=5,
    )


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if FONT.is_file():
        return ImageFont.truetype(str(FONT), size)
    return ImageFont.load_default(size)


_backdrops: dict[tuple[int, str, str], Image.Image] = {}


def _backdrop(content_id: int, title: str, host: str) -> Image.Image:
    """What of the picture does not move; remembered."""
    key = (content_id, title, host)
    known = _backdrops.get(key)
    if known is not None:
        return known
    hue = content_id % 360
    above, below = _colour(hue, 52, 46), _colour(hue + 50, 62, 24)
    small = Image.new("RGB", (1, 2))
    small.putpixel((0, 0), above)
    small.putpixel((0, 1), below)
    picture = small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture, "RGBA")
    for n in range(9):
        x = (content_id // (n + 7)) % WIDTH
        pen.line((x, 0, (x * 3) % WIDTH, HEIGHT), fill=(255, 255, 255, 14), width=18)
    pen.text((WIDTH / 2, 84), host[:12], font=_font(20), fill="#f4e9d2", anchor="mm")
    for n, line in enumerate(_lines(title)):
        pen.text((WIDTH / 2, 124 + 34 * n), line, font=_font(26), fill="white", anchor="mm")
    if len(_backdrops) >= _BACKDROPS_MAX:
        _backdrops.clear()
    _backdrops[key] = picture
    return picture


def _lines(title: str) -> list[str]:
    """A title in two lines: before and after its colon, or by letters."""
    first, colon, rest = title.partition("：")
    if colon and max(len(first), len(rest)) <= _LINE + 2:
        return [first, rest]
    return [title[at : at + _LINE] for at in range(0, min(len(title), 2 * _LINE), _LINE)]


def _colour(hue: int, light: int, full: int) -> tuple[int, int, int]:
    red, green, blue = colorsys.hls_to_rgb(hue % 360 / 360, light * 0.6 / 100, full / 100)
    return int(red * 255), int(green * 255), int(blue * 255)


@dataclass(slots=True)
class Cameras:
    """The pictures of this process: of each room the latest, drawn at most once a second."""

    _latest: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    _drawing: dict[int, "asyncio.Task[bytes]"] = field(default_factory=dict)
    _running: dict[int, "asyncio.Task[None]"] = field(default_factory=dict)

    async def picture(self, scene: Scene, at: datetime) -> bytes:
        """The room's picture of this second."""
        second = int(at.timestamp())
        known = self._latest.get(scene.content_id)
        if known is not None and known[0] == second:
            return known[1]
        running = self._drawing.get(scene.content_id)
        if running is None:
            running = asyncio.create_task(asyncio.to_thread(draw, scene, at))
            self._drawing[scene.content_id] = running
            running.add_done_callback(self._forget(scene.content_id, running))
        picture = await asyncio.shield(running)
        if len(self._latest) > _BACKDROPS_MAX:
            self._latest.clear()
        self._latest[scene.content_id] = (second, picture)
        return picture

    def watch(self, content_id: int, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Let a room's camera run while somebody watches; once, however many do."""
        if content_id not in self._running:
            task = asyncio.create_task(run())
            self._running[content_id] = task
            task.add_done_callback(lambda _task: self._running.pop(content_id, None))

    def _forget(
        self, content_id: int, task: "asyncio.Task[bytes]"
    ) -> Callable[["asyncio.Task[bytes]"], None]:
        def done(_task: "asyncio.Task[bytes]") -> None:
            if self._drawing.get(content_id) is task:
                del self._drawing[content_id]

        return done
