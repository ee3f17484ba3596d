"""Who brought which picture, and the files themselves."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from tongshang.modules.media.domain import Kept, Picture, Video
from tongshang.runtime.db import Tx

_ADD: Final = """
    insert into pictures (owner_id, name, media_id, width, height, bytes, kept_at)
    select $1, *, $7 from unnest(
        $2::text[], $3::bigint[], $4::integer[], $5::integer[], $6::integer[]
    )
    on conflict (owner_id, name) do nothing
"""

_FIND: Final = "select name, media_id from pictures where owner_id = $1 and name = any($2::text[])"


_ADD_VIDEO: Final = """
    insert into videos (owner_id, name, media_id, width, height, millis, bytes, kept_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (owner_id, name) do nothing
"""

_LENGTHS: Final = "select name, millis from videos where owner_id = $1 and name = any($2::text[])"

_PIECE: Final = 1024 * 1024


async def add_video(tx: Tx, owner_id: int, video: Video, media_id: int, at: datetime) -> None:
    """Record the owner's video, once."""
    film = video.film
    await tx.execute(
        _ADD_VIDEO, owner_id, video.name, media_id, film.width, film.height, film.millis,
        video.size, at,
    )  # fmt: skip


async def find_lengths(tx: Tx, owner_id: int, names: Sequence[str]) -> dict[str, int]:
    """How many milliseconds each of the owner's videos lasts."""
    return {row[0]: row[1] for row in await tx.fetch(_LENGTHS, owner_id, list(names))}


def copy_video(folder: Path, file: BinaryIO) -> str:
    """Put a video in its place, under the name that its content gives it; the name."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, coming = tempfile.mkstemp(dir=folder, prefix=".coming-")
    mark = hashlib.sha256()
    file.seek(0)
    try:
        with os.fdopen(handle, "wb") as kept:
            while piece := file.read(_PIECE):
                mark.update(piece)
                kept.write(piece)
            kept.flush()
            os.fchmod(kept.fileno(), 0o644)
            os.fsync(kept.fileno())
        name = f"{mark.hexdigest()}.mp4"
        Path(coming).replace(folder / name)
    except BaseException:
        Path(coming).unlink(missing_ok=True)
        raise
    return name


async def add_pictures(
    tx: Tx, owner_id: int, pictures: Sequence[Picture], media_ids: Sequence[int], at: datetime
) -> list[Kept]:
    """Record the owner's pictures, each once; one brought before keeps its media id."""
    first = {picture.name: index for index, picture in reversed(list(enumerate(pictures)))}
    new = sorted((name, media_ids[index], pictures[index]) for name, index in first.items())
    await tx.execute(
        _ADD,
        owner_id,
        [name for name, _, _ in new],
        [media_id for _, media_id, _ in new],
        [picture.width for _, _, picture in new],
        [picture.height for _, _, picture in new],
        [len(picture.content) for _, _, picture in new],
        at,
    )
    rows = await tx.fetch(_FIND, owner_id, [name for name, _, _ in new])
    known = {row["name"]: row["media_id"] for row in rows}
    return [Kept(known[picture.name], picture.url) for picture in pictures]


def write_file(folder: Path, picture: Picture) -> None:
    """Put the file in its place, whole or not at all; once it is there it never changes."""
    place = folder / picture.name
    if place.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".coming-")
    with os.fdopen(handle, "wb") as file:
        file.write(picture.content)
        file.flush()
        os.fchmod(file.fileno(), 0o644)
        os.fsync(file.fileno())  # the row that names it will survive a power cut: so must the file
    Path(name).replace(place)
