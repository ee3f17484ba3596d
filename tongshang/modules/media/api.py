"""What higher rooms ask of media."""

from collections.abc import Sequence

from tongshang.modules.media import actions
from tongshang.modules.media.domain import is_ours as is_ours
from tongshang.modules.media.refusals import PictureRefused as PictureRefused
from tongshang.runtime.call import Call


async def keep_pictures(call: Call, owner_id: int, files: Sequence[bytes]) -> list[str]:
    """Keep pictures for an owner; their urls, in order. One that is no picture refuses them all."""
    return [kept.url for kept in await actions.keep(call, owner_id, files)]
