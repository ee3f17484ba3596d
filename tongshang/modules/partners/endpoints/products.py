"""What an agency's sharers share, and the links by which they do (reference section 7.4)."""

from typing import Final

from tongshang.kernel import page
from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.inventory import api as inventory
from tongshang.modules.league import api as league
from tongshang.modules.league.api import NoSharer, PoolFilter
from tongshang.modules.links import api as links
from tongshang.modules.partners.actions import pool
from tongshang.modules.partners.domain.pool import NEVER, Span, Wish
from tongshang.modules.partners.refusals import NoShop, NotInPool, UnknownPlanType
from tongshang.modules.partners.wire import products as wire
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final = Endpoints("partners")

_PATH: Final = "/channels/ec/promoter/"
_NEWEST: Final = 2**62
_PLAN_TYPES: Final = range(5)  # 0: any
_SUPPLIED: Final = frozenset({3, 4})
_LINKING: Final = (NoSharer, NotInPool)


@ENDPOINTS(
    "POST",
    _PATH + "get_promote_product_list",
    needs=Scope.AGENCY,
    refuses=(UnknownPlanType, NoShop),
    reads=True,
)
async def list_products(call: Call, req: wire.PoolQuery) -> wire.PoolPage:
    """Products of which the agency can pay sharers, the newest first, by all filters together.

    `plan_type` 1 and 2 come from shops (by name, to all agencies), 3 and 4 from other agencies;
    0 is any. A page may hold fewer than `page_size`: `next_key` says whether more follow.
    """
    if req.plan_type not in _PLAN_TYPES:
        raise UnknownPlanType
    shop_id = (await pool.find_shop(call, req.shop_appid)).party_id if req.shop_appid else 0
    wish = _wish(req)
    question = ("partners.pool", call.caller.party_id, shop_id, req.plan_type, wish)
    before = page.after_number(question, req.next_key, _NEWEST)
    which = PoolFilter(before, shop_id=shop_id, plan_type=req.plan_type)
    found, after = await pool.browse(call, call.caller.party_id, which, wish, req.page_size)
    ids = {one.item.shop_id for one in found} | {one.item.supplier_id for one in found}
    parties = await identity.find_parties(call.tx, sorted(ids))
    views = [
        wire.PoolProduct(
            product_id=str(one.item.product_id),
            shop_appid=parties[one.item.shop_id].appid,
            head_supplier_appid=supplier.appid
            if (supplier := parties.get(one.item.supplier_id))
            else "",
        )
        for one in found
    ]
    return wire.PoolPage(
        product_list=views, next_key=page.cursor(question, (after,)) if after else ""
    )


def _wish(req: wire.PoolQuery) -> Wish:
    asked = req.spu_item_condition or wire.Conditions()
    among = req.category or wire.CategoryFilter()
    levels = (
        [among.category_id] if among.category_id else [],
        among.category_ids_1,
        among.category_ids_2,
        among.category_ids_3,
    )
    return Wish(
        req.keyword,
        _span(asked.selling_price_range),
        _span(asked.monthly_sales_range),
        _span(asked.service_fee_rate_range),
        _span(asked.commission_rate_range),
        _span(asked.promote_time_range),
        frozenset(asked.flags),
        tuple(frozenset(ids) for ids in levels if ids),
        among.category_name,
    )


def _span(asked: wire.Range | None) -> Span:
    if asked is None:
        return Span()
    return Span(asked.min, NEVER if asked.max is None else asked.max)


@ENDPOINTS(
    "POST",
    _PATH + "get_promote_product_detail",
    needs=Scope.AGENCY,
    refuses=(UnknownPlanType, NotInPool),
)
async def get_product(call: Call, req: wire.DetailQuery) -> wire.DetailReply:
    """A product of the pool as it is now, and the promotion link that credits the agency alone.

    There are no coupons on this platform yet: both lists of them are empty.
    """
    which, shop_id = await _which(call, req.head_supplier_appid, req.shop_appid, req.plan_type)
    agency_id = call.caller.party_id
    found = await pool.find_item(call, agency_id, req.product_id, which)
    shop = await identity.get_party(call.tx, shop_id or found.item.shop_id)
    sheets = await catalog.sheets(call.tx, [req.product_id])
    if req.product_id not in sheets:
        raise NotInPool
    _, sheet = sheets[req.product_id]
    stocks = await inventory.stocks_of(call.tx, shop.party_id, sheet.sku_ids)
    card = await pool.card_of(call, agency_id, found.item, None)
    supplier = None
    if found.item.supplier_id:
        party = await identity.get_party(call.tx, found.item.supplier_id)
        supplier = wire.Supplier(party.appid, party.name)
    return wire.DetailReply(
        product=wire.ProductDetail(
            product_id=str(req.product_id),
            shop_appid=shop.appid,
            product_promotion_link=surfaces.card_token(call.house, card),
            product_info=wire.ProductInfo.of(sheet, stocks),
            commission_info=wire.CommissionInfo.of(found.item),
            head_supplier_info=supplier,
        )
    )


async def _which(
    call: Call, supplier_appid: str, shop_appid: str, plan_type: int = 0
) -> tuple[PoolFilter, int]:
    if plan_type not in _PLAN_TYPES or (plan_type in _SUPPLIED and not supplier_appid):
        raise UnknownPlanType
    shop_id = (await pool.find_shop(call, shop_appid, NotInPool)).party_id if shop_appid else 0
    supplier_id = 0
    if supplier_appid:
        supplier_id = (await pool.find_supplier(call, supplier_appid)).party_id
    return PoolFilter(shop_id=shop_id, plan_type=plan_type, supplier_id=supplier_id), shop_id


async def _card(call: Call, req: wire.PromotionQuery) -> CardRef:
    """The card of a sharer; of the agency itself, where no sharer is named."""
    sharer = None
    if req.sharer_appid or req.sharer_openid:
        sharer, _ = await league.bound_sharer(call, req.sharer_appid, req.sharer_openid)
    product_id = req.product_id
    if not product_id:
        product_id = await pool.product_in(call, req.product_short_link)
    which, _ = await _which(call, req.head_supplier_appid, req.shop_appid)
    agency_id = call.caller.party_id
    found = await pool.find_item(call, agency_id, product_id, which)
    return await pool.card_of(call, agency_id, found.item, sharer)


@ENDPOINTS("POST", _PATH + "get_product_promotion_link_info", needs=Scope.AGENCY, refuses=_LINKING)
async def get_short_link(call: Call, req: wire.PromotionQuery) -> wire.ShortLinkReply:
    """A short link to a product that credits a sharer; the same one while his terms are the same."""
    return wire.ShortLinkReply(short_link=await links.short_link(call, await _card(call, req)))


@ENDPOINTS(
    "POST", _PATH + "get_product_promotion_qrcode_info", needs=Scope.AGENCY, refuses=_LINKING
)
async def get_qrcode(call: Call, req: wire.PromotionQuery) -> wire.QrReply:
    """The address of a picture: a QR code of a product that credits a sharer."""
    return wire.QrReply(qrcode_url=await links.qr_url(call, await _card(call, req)))


@ENDPOINTS(
    "POST",
    _PATH + "get_promoter_single_product_promotion_info",
    needs=Scope.AGENCY,
    refuses=_LINKING,
)
async def get_promotion_link(call: Call, req: wire.PromotionQuery) -> wire.PromotionLinkReply:
    """The token by which an embedded card credits a sharer; it does not end."""
    token = surfaces.card_token(call.house, await _card(call, req))
    return wire.PromotionLinkReply(product_promotion_link=token)
