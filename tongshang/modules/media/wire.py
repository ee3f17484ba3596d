"""An upload as the wire has it (contract family basics)."""

import msgspec

from tongshang.runtime.rpc import WireReply


class Upload(msgspec.Struct):
    """`upload_type` 0: a file; 1: a link. `resp_type` 0: answer media ids; 1: answer a url.

    `height` and `width` are told by the picture itself.
    """

    upload_type: int = 0
    resp_type: int = 0
    height: int = 0
    width: int = 0
    img_url: str = ""
    media: bytes = b""


class PictureFile(msgspec.Struct, omit_defaults=True):
    media_id: str = ""
    pay_media_id: str = ""
    img_url: str = ""


class UploadReply(WireReply):
    pic_file: PictureFile = msgspec.field(default_factory=PictureFile)
