"""Coupons that an agency's sharers could share (contract family promoter_coupon).

This platform issues no coupons yet: lists are empty, and whatever coupon is named does not exist.
"""

from typing import Final

from tongshang.modules.partners.refusals import NoCoupon
from tongshang.modules.partners.wire import coupons as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireReply

ENDPOINTS: Final = Endpoints("partners")

_PATH: Final = "/channels/ec/promoter/"


@ENDPOINTS("POST", _PATH + "get_public_coupon_list", needs=Scope.AGENCY, reads=True)
async def list_public(call: Call, req: wire.PublicQuery) -> wire.CouponPage:
    """Coupons that every agency may promote: none, as no shop issues coupons here yet."""
    return wire.CouponPage()


@ENDPOINTS("POST", _PATH + "get_cooperative_coupon_list", needs=Scope.AGENCY, reads=True)
async def list_cooperative(call: Call, req: wire.CooperativeQuery) -> wire.CouponPage:
    """Coupons that shops or agencies gave this one: none, as no shop issues coupons here yet."""
    return wire.CouponPage()


@ENDPOINTS("POST", _PATH + "get_coupon_to_headsupplier", needs=Scope.AGENCY, reads=True)
async def list_given(call: Call, req: wire.GivenQuery) -> wire.GivenPage:
    """Coupons that the agency gave to another: none, as it never had any."""
    return wire.GivenPage()


@ENDPOINTS("POST", _PATH + "get_coupon_detail", needs=Scope.AGENCY, refuses=(NoCoupon,), reads=True)
async def get_coupon(call: Call, req: wire.CouponRef) -> wire.CouponDetail:
    """One coupon: there is none yet, so this refuses whatever is named."""
    raise NoCoupon


@ENDPOINTS(
    "POST",
    _PATH + "get_coupon_promoter_share_link",
    needs=Scope.AGENCY,
    refuses=(NoCoupon,),
    reads=True,
)
async def get_share_link(call: Call, req: wire.CouponRef) -> wire.ShareLinkReply:
    """A sharer's link to a coupon: there is none yet, so this refuses whatever is named."""
    raise NoCoupon


@ENDPOINTS(
    "POST", _PATH + "get_coupon_short_link", needs=Scope.AGENCY, refuses=(NoCoupon,), reads=True
)
async def get_short_link(call: Call, req: wire.CouponRef) -> wire.ShortLinkReply:
    """A short link to a coupon: there is none yet, so this refuses whatever is named."""
    raise NoCoupon


@ENDPOINTS(
    "POST", _PATH + "get_coupon_qr_code", needs=Scope.AGENCY, refuses=(NoCoupon,), reads=True
)
async def get_qrcode(call: Call, req: wire.CouponRef) -> wire.QrReply:
    """A QR code of a coupon: there is none yet, so this refuses whatever is named."""
    raise NoCoupon


@ENDPOINTS(
    "POST",
    _PATH + "set_coupon_to_headsupplier",
    needs=Scope.AGENCY,
    refuses=(NoCoupon,),
    reads=True,
)
async def give_coupon(call: Call, req: wire.CouponGift) -> WireReply:
    """Give a coupon to another agency: there is none yet, so this refuses whatever is named."""
    raise NoCoupon
