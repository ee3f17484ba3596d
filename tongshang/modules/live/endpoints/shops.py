"""What shops let hosts do with their prices."""

from datetime import timedelta
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.discounts import api as discounts
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.live import refusals, store, wire
from tongshang.modules.live.domain import Grant, GrantSku
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints, Nothing
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("live")


@ENDPOINTS(
    "POST",
    "/v1/shop/live/flash/grant",
    needs=Scope.PRODUCT,
    refuses=(
        discounts.NotOurs,
        discounts.NotOnSale,
        discounts.WrongPrice,
        discounts.WrongStock,
        discounts.NoSkus,
        discounts.WrongTime,
        refusals.PromoterNotFound,
    ),
)
async def grant_flash(call: Call, req: wire.GrantDraft) -> wire.GrantAdded:
    """Let a promoter open a flash price for a product of yours in a live room, once."""
    promoter_id = number(req.promoter_id)
    skus = tuple(GrantSku(number(sku.sku_id), sku.price_fen, sku.sale_stock) for sku in req.skus)
    grant = Grant(
        call.shop_id,
        call.take_id(Named.DISCOUNT),
        promoter_id,
        number(req.product_id),
        skus,
        req.limit_per_buyer,
        req.minutes,
        call.at + timedelta(hours=req.valid_hours),
    )
    until = call.at + timedelta(minutes=req.minutes)
    await discounts.check(
        call,
        discounts.DiscountDraft(
            grant.shop_id,
            grant.product_id,
            call.at,
            until,
            tuple(discounts.FlashSku(s.sku_id, s.price_fen, s.sale_stock) for s in skus),
        ),
    )
    party = (await identity.find_parties(call.tx, [promoter_id])).get(promoter_id)
    if party is None or party.kind is not PartyKind.PROMOTER:
        raise refusals.PromoterNotFound(promoter_id=str(promoter_id))
    await store.add_grant(call.tx, grant, call.at)
    return wire.GrantAdded(str(grant.grant_id))


@ENDPOINTS(
    "POST",
    "/v1/shop/live/flash/revoke",
    needs=Scope.PRODUCT,
    refuses=(refusals.GrantNotFound,),
)
async def revoke_flash(call: Call, req: wire.GrantRef) -> Done:
    """Take back what a promoter has not opened yet."""
    if not await store.revoke(call.tx, call.shop_id, number(req.grant_id)):
        raise refusals.GrantNotFound(grant_id=str(req.grant_id))
    return Done()


@ENDPOINTS("GET", "/v1/shop/live/flash/list", needs=Scope.PRODUCT, reads=True)
async def list_own_grants(call: Call, req: Nothing) -> wire.Grants:
    """The flash prices that you let promoters open, and how they go."""
    grants = await store.list_grants_of_shop(call.tx, call.shop_id)
    keys = sorted({(one.shop_id, sku.sku_id) for one in grants for sku in one.skus})
    flash = await discounts.flash_prices(call.tx, keys, call.at)
    return wire.Grants([wire.GrantView.of(one, flash) for one in grants])
