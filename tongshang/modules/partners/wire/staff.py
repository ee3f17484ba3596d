"""What a shop asks about its own people who share (contract family sharer)."""

from typing import Annotated

import msgspec

from tongshang.modules.partners.wire.words import Appid, Digits, Key, Number, Size
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import Seconds

Page = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class BindRequest(msgspec.Struct, kw_only=True):
    """Whom to invite: a person's openid, which is his name here."""

    username: Appid


class BindReply(WireReply, kw_only=True):
    qrcode_img: str
    qrcode_img_base64: str


class SharerQuery(msgspec.Struct, kw_only=True):
    page: Page = 1
    page_size: Size = 10
    sharer_type: int = 1


class SharerInfo(msgspec.Struct):
    openid: str
    unionid: str
    nickname: str
    sharer_type: int
    bind_time: int


class SharerPage(WireReply, kw_only=True):
    sharer_info_list: list[SharerInfo] = msgspec.field(default_factory=list)


class SearchQuery(msgspec.Struct, kw_only=True):
    openid: Appid = ""
    username: Appid = ""


class SearchReply(WireReply, kw_only=True):
    openid: str
    unionid: str
    nickname: str
    sharer_type: int
    bind_time: int


class UnbindRequest(msgspec.Struct, kw_only=True):
    openid_list: Annotated[list[Appid], msgspec.Meta(max_length=100)]


class UnbindReply(WireReply, kw_only=True):
    success_openid: list[str] = msgspec.field(default_factory=list)
    fail_openid: list[str] = msgspec.field(default_factory=list)
    refuse_openid: list[str] = msgspec.field(default_factory=list)


class ProductRef(msgspec.Struct, kw_only=True):
    openid: Appid
    product_id: Number


class H5Url(WireReply, kw_only=True):
    product_h5url: str


class Taglink(WireReply, kw_only=True):
    product_taglink: str


class Qrcode(WireReply, kw_only=True):
    product_qrcode: str


class LiveRef(msgspec.Struct, kw_only=True):
    export_id: Digits
    finder_id: Digits


class NoticeRef(msgspec.Struct, kw_only=True):
    notice_id: Digits
    finder_id: Digits


class UrlReply(WireReply, kw_only=True):
    url: str


class OrderQuery(msgspec.Struct, kw_only=True):
    openid: Appid = ""
    share_scene: int = 0
    start_time: Seconds = 0
    end_time: Seconds = 0
    page: Page = 1
    page_size: Size = 10


class FinderScene(msgspec.Struct, kw_only=True, omit_defaults=True):
    promoter_id: str
    finder_nickname: str
    live_export_id: str = ""
    video_export_id: str = ""
    video_title: str = ""


class OrderLine(msgspec.Struct, kw_only=True):
    order_id: str
    share_scene: int
    sharer_openid: str
    sharer_type: int
    finder_scene_info: FinderScene | msgspec.UnsetType = msgspec.UNSET
    sku_id: str
    product_id: str
    from_wecom: bool = False


class OrderPage(WireReply, kw_only=True):
    order_list: list[OrderLine] = msgspec.field(default_factory=list)


# --- our own: the person who is invited ---------------------------------------------------------


class TicketRef(msgspec.Struct, forbid_unknown_fields=True):
    """The text behind the invitation's QR code."""

    ticket: Key


class TicketAnswer(msgspec.Struct, forbid_unknown_fields=True):
    ticket: Key
    accepts: bool


class TicketView(msgspec.Struct):
    """Who invites, and what came of it: invited, bound, refused, unbound."""

    shop_id: str
    shop_name: str
    shop_icon_url: str
    state: str
