"""An order that an agency and a promoter sold together, and a party that left long ago."""

from typing import TYPE_CHECKING, Any, Final

from tests.platform import calling, finish_work
from tongshang.modules.identity.api import PartyDraft, PartyKind, add_parties, find_by_appids
from tongshang.modules.league.api import DealDraft, Hand, Hop, paid_out_ppm, strike

if TYPE_CHECKING:
    from tests.hostile.stage import Stage

_SOLD: Final = """
    update order_lines set promoter_id = $3, commission_ppm = $4, deal_id = $2 where order_id = $1
"""
_LEFT: Final = (
    "insert into standings values ($1, 'left', '注销', $2::timestamptz - interval '200 days')"
)


async def furnish_sellers(stage: "Stage") -> None:
    """Let them sell, and one be gone."""
    market = stage.market
    async with calling(market.opened) as call:
        appid = stage.ids["headsupplier_appid"]
        agency = (await find_by_appids(call.tx, [appid]))[appid]
        promoter_id = market.promoter.party_id
        hops = (
            Hop(Hand.AGENCY, agency.party_id, 100_000),
            Hop(Hand.PROMOTER, promoter_id, 60_000, 0),
        )
        product_id = int(market.tea.product_id)
        draft = DealDraft(market.shop.party_id, product_id, 4, 1, hops)
        (deal_id,) = await strike(call, [draft])
        (gone,) = await add_parties(call, [PartyDraft(PartyKind.AGENCY, "散伙机构")])
        await call.tx.execute(_LEFT, gone, call.at)
    stage.ids["gone_id"] = str(gone)
    order_id = stage.orders["dealt"] = await market.place(market.tea)
    async with calling(market.opened) as call:
        await call.tx.execute(_SOLD, int(order_id), deal_id, promoter_id, paid_out_ppm(hops))
    await market.pay(order_id)
    await finish_work(market.opened)


def good_sellers(stage: "Stage", now: int) -> dict[str, dict[str, Any]]:
    """Requests about what they sold."""
    since = {"start_time": now - 86_400, "end_time": now + 60}
    listed = {
        "appid": stage.appid, "sharer_appid": "", "create_time_range": since, "page_size": 10,
    }  # fmt: skip
    gone = {"party_id": stage.ids["gone_id"]}
    line = {"order_id": stage.orders["dealt"], "line": 1}
    return {
        "/channels/ec/talent/get_order_list": {
            "create_time_gt": now - 86_400, "create_time_lt": now + 60, "update_time_gt": None,
            "update_time_lt": None, "special_id": 1, "spu_id": stage.market.tea.product_id,
            "order_id": stage.orders["dealt"],
        },
        "/channels/ec/talent/get_order_detail": {"special_id": 1},
        "/channels/ec/league/headsupplier/order/list/get": {
            **listed, "update_time_range": since, "finder_id": "", "openfinderid": "",
            "order_id": stage.orders["dealt"],
        },
        "/channels/ec/league/headsupplier/clue/list/get": listed,
        "/v1/platform/suspense/set": {**gone, "standing": "frozen", "reason": "核查"},
        "/v1/platform/suspense/get": gone,
        "/v1/platform/suspense/release": gone,
        "/v1/platform/suspense/forfeit": gone,
        "/v1/promoter/order/list": {"status": 0},
        "/v1/agency/commission/list": {"status": 0},
        "/v1/promoter/order/why": line,
        "/v1/agency/order/why": line,
    }  # fmt: skip
