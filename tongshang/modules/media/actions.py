"""Looking into pictures and videos, and keeping them."""

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

from PIL import Image

from tongshang.kernel.ids import Named
from tongshang.modules.media import domain, store
from tongshang.modules.media.domain import Film, Kept, Picture, Video
from tongshang.modules.media.refusals import PictureRefused, VideoRefused
from tongshang.runtime.call import Call, House
from tongshang.runtime.files import SentFile

_UNREADABLE: Final = (
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,  # raised only where warnings are errors
)


def folder(house: House) -> Path:
    """Where the files lie."""
    return house.home / "media"


async def keep(call: Call, owner_id: int, files: Sequence[bytes]) -> list[Kept]:
    """Check and keep pictures; one that is none refuses them all.

    The files are written before the rows: a file without a row harms nobody, a row without its
    file is a hole in a page.
    """
    for content in files:
        domain.check_weight(content)
    pictures = await asyncio.to_thread(_look_and_write, folder(call.house), files)
    media_ids = call.take_ids(Named.MEDIA, len(pictures))
    return await store.add_pictures(call.tx, owner_id, pictures, media_ids, call.at)


def _look_and_write(place: Path, files: Sequence[bytes]) -> list[Picture]:
    pictures = [_look(content) for content in files]
    for picture in pictures:
        store.write_file(place, picture)
    return pictures


def _look(content: bytes) -> Picture:
    """The picture in the file, opened to its last byte: a name or a header proves nothing."""
    try:
        with Image.open(io.BytesIO(content), formats=domain.DECODERS) as image:
            domain.check_form(image.format, image.width, image.height)
            image.load()
            return domain.named(content, str(image.format), image.width, image.height)
    except _UNREADABLE as problem:
        raise PictureRefused(reason="it cannot be read as a picture") from problem


async def read(house: House, url: str) -> bytes:
    """The file behind a url of ours, where it lies here."""
    path = folder(house) / url.removeprefix(domain.FOLDER)
    try:
        return await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError:
        return b""


async def keep_video(call: Call, owner_id: int, sent: SentFile) -> Video:
    """Check and keep a video, read from disk piece by piece."""
    domain.check_video_weight(sent.size)
    video = await asyncio.to_thread(_look_and_copy, folder(call.house), sent)
    await store.add_video(call.tx, owner_id, video, call.take_id(Named.MEDIA), call.at)
    return video


def _look_and_copy(place: Path, sent: SentFile) -> Video:
    film = _film(sent.file, sent.size)
    return Video(store.copy_video(place, sent.file), film, sent.size)


def _film(file: BinaryIO, size: int) -> Film:
    """What the index of an MP4 file says: only the heads of its boxes and the index are read."""
    at, kinds = 0, []
    while at < size:
        file.seek(at)
        box = domain.read_box(file.read(domain.BOX_HEAD), at, size)
        kinds.append(box.kind)
        if kinds[0] != b"ftyp" or len(kinds) > domain.TOP_BOXES_MAX:
            break
        if box.kind == b"moov" and box.end - box.start <= domain.INDEX_BYTES_MAX:
            file.seek(box.start)
            return domain.film_in(file.read(box.end - box.start))
        at = box.end
    raise VideoRefused(reason="it is not an MP4 file")
