"""What agencies ask about coupons (contract family promoter_coupon)."""

from typing import Annotated, TypeAlias

import msgspec

from tongshang.modules.partners.wire.words import Appid, Key, Size, Word
from tongshang.runtime.rpc import WireReply

CouponId: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | Word


class PublicQuery(msgspec.Struct, kw_only=True):
    shop_appid: Appid = ""
    next_key: Key = ""
    page_size: Size = 10


class CooperativeQuery(msgspec.Struct, kw_only=True):
    shop_appid: Appid = ""
    is_from_head_supplier: bool = False
    from_head_supplier_appid: Appid = ""
    next_key: Key = ""
    page_size: Size = 10


class CouponLine(msgspec.Struct, kw_only=True, omit_defaults=True):
    coupon_id: str
    from_head_supplier_appid: str = ""


class CouponPage(WireReply, kw_only=True):
    coupons: list[CouponLine] = msgspec.field(default_factory=list)
    next_key: str = ""
    has_more: bool = False


class GivenQuery(msgspec.Struct, kw_only=True):
    to_head_supplier_appid: Appid = ""
    limit: Size = 10
    page_context: Key = ""


class GivenCoupon(msgspec.Struct):
    coupon_id: str
    to_head_supplier_appid: str
    give_time: int


class GivenPage(WireReply, kw_only=True):
    list: "tuple[GivenCoupon, ...]" = ()
    total_count: int = 0
    page_context: str = ""


class CouponRef(msgspec.Struct, kw_only=True):
    coupon_id: CouponId
    from_head_supplier_appid: Appid = ""
    sharer_appid: Appid = ""
    sharer_openid: Appid = ""


class CouponGift(msgspec.Struct, kw_only=True):
    coupon_id: CouponId
    to_head_supplier_appid: Appid = ""


class CouponDetail(WireReply, kw_only=True):
    coupon: CouponLine


class ShareLinkReply(WireReply, kw_only=True):
    promoter_share_link: str


class ShortLinkReply(WireReply, kw_only=True):
    short_link: str


class QrReply(WireReply, kw_only=True):
    qrcode_url: str
