"""Uploading pictures: one act under the path of old and the path of today."""

from typing import Final

from tongshang.modules.media import actions, wire
from tongshang.modules.media.refusals import PictureElsewhere, PictureRefused
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final = Endpoints("media")

_REFUSES: Final = (PictureElsewhere, PictureRefused)


@ENDPOINTS("POST", "/channels/ec/basics/img/upload", needs=Scope.SHOP, refuses=_REFUSES)
@ENDPOINTS("POST", "/shop/ec/basics/img/upload", needs=Scope.SHOP, refuses=_REFUSES)
async def upload_picture(call: Call, req: wire.Upload) -> wire.UploadReply:
    """Keep a picture of the shop, sent as the form's part `media` (PNG, JPEG, WebP, GIF; 5 MB)."""
    if req.upload_type == 1 or (req.img_url and not req.media):
        raise PictureElsewhere
    (kept,) = await actions.keep(call, call.shop_id, [req.media])
    if req.resp_type == 1:
        return wire.UploadReply(pic_file=wire.PictureFile(img_url=kept.url))
    media_id = str(kept.media_id)
    return wire.UploadReply(pic_file=wire.PictureFile(media_id=media_id, pay_media_id=media_id))
