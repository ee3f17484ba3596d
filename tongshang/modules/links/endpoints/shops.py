"""A shop's own links over the wire (reference section 3.7): to itself, and to what it sells."""

from typing import Final

from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import ProductNotFound, ProductStatus
from tongshang.modules.identity import api as identity
from tongshang.modules.links import domain, wire
from tongshang.modules.links.actions import codes
from tongshang.modules.links.domain import Ref, ShopRef
from tongshang.modules.links.refusals import NotListed
from tongshang.modules.surfaces.api import CardRef, Surface
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

SHOPS = Endpoints("links")

_POSTER: Final = 2
_GIFT: Final = 3
_OWN_PRODUCT: Final = (ProductNotFound, NotListed)


async def _own(call: Call, product_id: int) -> CardRef:
    """A card of the shop's own product, if it is on sale."""
    card = (await catalog.cards(call.tx, [(call.shop_id, product_id)])).get(product_id)
    if card is None:
        raise ProductNotFound(product_id=str(product_id))
    if card.status is not ProductStatus.LISTED:
        raise NotListed(product_id=str(product_id))
    return CardRef(call.shop_id, product_id)


async def _code(call: Call, ref: Ref, surface: Surface, req: wire.Bound) -> str:
    link = domain.link_to(ref, surface, req.wecom_corp_id, req.wecom_user_id)
    (code,) = await codes.codes_of(call, [link])
    return code


@SHOPS("POST", "/channels/ec/product/h5url/get", needs=Scope.PRODUCT, refuses=_OWN_PRODUCT)
async def product_h5url(call: Call, req: wire.ProductLinkRequest) -> wire.ProductH5Url:
    """A short link to a product on sale, for any browser."""
    code = await _code(call, await _own(call, req.product_id), Surface.SHORT_LINK, req)
    return wire.ProductH5Url(product_h5url=codes.url_of(call.house, code))


@SHOPS("POST", "/channels/ec/product/taglink/get", needs=Scope.PRODUCT, refuses=_OWN_PRODUCT)
async def product_taglink(call: Call, req: wire.ProductLinkRequest) -> wire.ProductTaglink:
    """A 口令 of a product on sale: pasted into chat or search here, it becomes the product's card."""
    ref = await _own(call, req.product_id)
    card = (await catalog.cards(call.tx, [ref.key]))[ref.product_id]
    code = await _code(call, ref, Surface.TAGLINK, req)
    text = domain.taglink_text(code, card.short_title or card.title)
    return wire.ProductTaglink(product_taglink=text)


@SHOPS("POST", "/channels/ec/product/qrcode/get", needs=Scope.PRODUCT, refuses=_OWN_PRODUCT)
async def product_qrcode(call: Call, req: wire.ProductQrRequest) -> wire.ProductQr:
    """The address of a picture: a product's QR code (1), a poster (2), or a poster for giving (3).

    What is scanned from a poster for giving leads to where the product is sent as a gift.
    """
    surface = Surface.GIFT_CARD if req.qrcode_type == _GIFT else Surface.QR
    code = await _code(call, await _own(call, req.product_id), surface, req)
    return wire.ProductQr(product_qrcode=_picture(call, code, req.qrcode_type))


def _picture(call: Call, code: str, qrcode_type: int) -> str:
    kind = "poster" if qrcode_type in {_POSTER, _GIFT} else "qr"
    return f"{call.house.address}/{kind}/{code}.png"


@SHOPS("POST", "/channels/ec/product/scheme/get", needs=Scope.PRODUCT, refuses=_OWN_PRODUCT)
async def product_scheme(call: Call, req: wire.SchemeRequest) -> wire.ProductScheme:
    """An openlink to a product for apps, which ends; with `https` as scheme any browser opens it."""
    card = await _own(call, req.product_id)
    made = codes.Openlink(
        int(call.at.timestamp()) + req.expire,
        card.shop_id,
        card.product_id,
        Surface.SHORT_LINK,
        req.from_appid,
        req.ext_info,
    )
    return wire.ProductScheme(openlink=codes.openlink(call.house, made))


@SHOPS("POST", "/channels/ec/basics/shop/h5url/get", needs=Scope.SHOP)
async def shop_h5url(call: Call, req: wire.ShopLinkRequest) -> wire.ShopH5Url:
    """A short link to the shop's home."""
    code = await _code(call, ShopRef(call.shop_id), Surface.SHORT_LINK, req)
    return wire.ShopH5Url(shop_h5url=codes.url_of(call.house, code))


@SHOPS("POST", "/channels/ec/basics/shop/taglink/get", needs=Scope.SHOP)
async def shop_taglink(call: Call, req: wire.ShopLinkRequest) -> wire.ShopTaglink:
    """A 口令 of the shop."""
    code = await _code(call, ShopRef(call.shop_id), Surface.TAGLINK, req)
    shop = await identity.get_party(call.tx, call.shop_id)
    return wire.ShopTaglink(shop_taglink=domain.taglink_text(code, shop.name))


@SHOPS("POST", "/channels/ec/basics/shop/qrcode/get", needs=Scope.SHOP)
async def shop_qrcode(call: Call, req: wire.ShopQrRequest) -> wire.ShopQr:
    """The address of a picture: the shop's QR code (1), or a poster of it (2)."""
    code = await _code(call, ShopRef(call.shop_id), Surface.QR, req)
    return wire.ShopQr(shop_qrcode=_picture(call, code, req.qrcode_type))


@SHOPS("POST", "/v1/shop/link/paper", needs=Scope.PRODUCT, refuses=_OWN_PRODUCT)
async def paper_codes(call: Call, req: wire.PaperRequest) -> wire.PaperCodes:
    """The codes of a product's poster for giving, and of a card to put into parcels."""
    ref = await _own(call, int(req.product_id))
    made = [domain.link_to(ref, one) for one in (Surface.GIFT_CARD, Surface.PACKAGE)]
    poster, insert = await codes.codes_of(call, made)
    return wire.PaperCodes(poster, insert)
