"""Looking into pictures and keeping them."""

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image

from tongshang.kernel.ids import Named
from tongshang.modules.media import domain, store
from tongshang.modules.media.domain import Kept, Picture
from tongshang.modules.media.refusals import PictureRefused
from tongshang.runtime.call import Call, House

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
