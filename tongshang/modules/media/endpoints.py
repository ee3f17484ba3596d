"""Uploading pictures, under the path of old and the path of today, and videos."""

from typing import Final

from tongshang.modules.media import actions, wire
from tongshang.modules.media.domain import VIDEO_BYTES_MAX
from tongshang.modules.media.refusals import PictureElsewhere, PictureRefused, VideoRefused
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


@ENDPOINTS("POST", "/v1/promoter/picture/upload", needs=Scope.PROMOTER, refuses=(PictureRefused,))
async def upload_own_picture(call: Call, req: wire.PictureUpload) -> wire.PictureKept:
    """Keep a picture of a promoter, sent as the form's part `media` (PNG, JPEG, WebP, GIF; 5 MB)."""
    (kept,) = await actions.keep(call, call.caller.party_id, [req.media])
    return wire.PictureKept(kept.url)


@ENDPOINTS(
    "POST",
    "/v1/shop/video/upload",
    needs=Scope.SHOP,
    refuses=(VideoRefused,),
    file_max=VIDEO_BYTES_MAX,
)
@ENDPOINTS(
    "POST",
    "/v1/promoter/video/upload",
    needs=Scope.PROMOTER,
    refuses=(VideoRefused,),
    file_max=VIDEO_BYTES_MAX,
)
async def upload_video(call: Call, req: wire.VideoUpload) -> wire.VideoKept:
    """Keep a video, sent as the form's part `media` (MP4; 50 MB, 10 minutes)."""
    video = await actions.keep_video(call, call.caller.party_id, req.media)
    return wire.VideoKept(video.url, video.film.width, video.film.height, video.film.millis)
