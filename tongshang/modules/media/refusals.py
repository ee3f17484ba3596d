"""Why a picture is not kept."""

from tongshang.kernel.refusal import Kind, Refusal


class PictureRefused(Refusal, code=10020331, kind=Kind.INVALID, zh="图片上传失败：{reason}"):
    """The picture cannot be kept: {reason}."""


class PictureElsewhere(
    Refusal, code=9002001, kind=Kind.INVALID, zh="暂不支持按链接上传（upload_type=1），请上传文件"
):
    """A picture is uploaded as a file (upload_type 0); links to other places are not fetched."""


class VideoRefused(Refusal, code=9002002, kind=Kind.INVALID, zh="视频上传失败：{reason}"):
    """The video cannot be kept: {reason}."""
