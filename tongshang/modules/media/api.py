"""What higher rooms ask of media."""

from collections.abc import Sequence

from tongshang.modules.media import actions, store
from tongshang.modules.media.domain import is_our_video as is_our_video
from tongshang.modules.media.domain import is_ours as is_ours
from tongshang.modules.media.refusals import PictureRefused as PictureRefused
from tongshang.runtime.call import Call, House
from tongshang.runtime.db import Tx


async def keep_pictures(call: Call, owner_id: int, files: Sequence[bytes]) -> list[str]:
    """Keep pictures for an owner; their urls, in order. One that is no picture refuses them all."""
    return [kept.url for kept in await actions.keep(call, owner_id, files)]


async def read_picture(house: House, url: str) -> bytes:
    """What a picture kept here contains; nothing where there is none under this url."""
    return await actions.read(house, url) if is_ours(url) else b""


async def video_lengths(tx: Tx, owner_id: int, urls: Sequence[str]) -> dict[str, int]:
    """How many milliseconds each of an owner's videos lasts; what is none of theirs is absent."""
    names = {url.rpartition("/")[2]: url for url in urls if is_our_video(url)}
    found = await store.find_lengths(tx, owner_id, sorted(names)) if names else {}
    return {names[name]: millis for name, millis in found.items()}
