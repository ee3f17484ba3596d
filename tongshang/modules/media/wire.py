"""Uploads: as the wire has them (contract family basics), and our own."""

import msgspec

from tongshang.runtime.files import SentFile
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


class PictureUpload(msgspec.Struct, forbid_unknown_fields=True):
    media: bytes


class PictureKept(msgspec.Struct):
    url: str


class VideoUpload(msgspec.Struct, forbid_unknown_fields=True):
    media: SentFile


class VideoKept(msgspec.Struct):
    """A video: where it is played, its size in pixels, and how long it lasts."""

    url: str
    width: int
    height: int
    millis: int
