"""What shops are pushed is what unchanged receivers expect."""

from typing import Final

import httpx
import msgspec

from tests.contract import contract, shapes
from tests.contract.agencies import allied
from tests.contract.contract import needs_contract
from tests.contract.funding import funded
from tests.contract.session import Program, day_of_a_shop
from tests.market import Market
from tests.platform import finish_work

pytestmark = needs_contract

# Newer than the clients' classes and lists (reference 13.6): 3 a merchant's note, 12 a new price;
# that a product is gone for good, 9, they know of products and not of their events.
NEWER: Final = {
    "channels_ec_acct_notify": {"FromUserName: never said"},  # documented so (reference 13.6)
    "channels_ec_order_ext_info_update": {
        f"order_info.type: {code} is none of the codes that clients know" for code in (3, 12)
    },
    "product_spu_listing": {"ProductSpuListing.out_product_id: no client reads it"},
    "product_spu_update": {"ProductSpuUpdate.status: 9 is none of the codes that clients know"},
}
# What we never say: a member's price, for there are no members yet, and a field that a library
# has only because its events share a class (reference 13.6 does not have it).
UNSAID: Final = {
    "finder_shop_aftersale_status_update.wxa_vip_discounted_price",
    "ProductSpuUpdate.reason",
}
EVENTS: Final = {
    "channels_ec_order_new", "channels_ec_order_pay", "channels_ec_order_wait_shipping",
    "channels_ec_order_deliver", "channels_ec_order_confirm", "channels_ec_order_cancel",
    "channels_ec_order_ext_info_update", "channels_ec_order_settle",
    "channels_ec_aftersale_update", "product_spu_audit", "product_spu_listing",
    "product_spu_update", "channels_ec_acct_notify", "channels_ec_withdraw_notify",
    "qrcode_status",
}  # fmt: skip


async def test_every_event_of_a_shop_s_days_is_as_receivers_expect_it(
    market: Market, client: httpx.AsyncClient
) -> None:
    program = Program(market, client)
    await day_of_a_shop(program)
    await funded(program)
    bodies: dict[str, list[object]] = {}
    next_key = ""
    while True:
        page = await market.ask(market.shop, "/v1/shop/push/list", limit=100, next_key=next_key)
        for push in page.pushes:
            bodies.setdefault(push.event, []).append(msgspec.json.decode(push.body))
        if not (next_key := page.next_key):
            break
    assert set(bodies) == EVENTS
    found = {event: _wrong(event, told) - NEWER.get(event, set()) for event, told in bodies.items()}
    assert {event: findings for event, findings in found.items() if findings} == {}


async def test_what_agencies_are_told_of_goods_is_as_receivers_expect_it(
    market: Market, client: httpx.AsyncClient
) -> None:
    program = Program(market, client)
    await program.enter("agenciesshop")
    await allied(program)
    await finish_work(market.opened)
    rows = await market.opened.house.pool.fetch(
        "select body from pushes where event = 'head_supplier_item_update'"
    )
    told: list[object] = [msgspec.json.decode(row["body"]) for row in rows]
    assert len(told) >= 4
    assert _wrong("head_supplier_item_update", told) == set()


def _wrong(event: str, told: list[object]) -> set[str]:
    """What receivers do not read of these bodies, and what they would look for in vain."""
    known = contract.event(event)
    assert known is not None, event
    found = {finding for body in told for finding in shapes.wrong(body, known, side="event")}
    said = {place for body in told for place in shapes.places(body)}
    sample = contract.sample(f"event.{event}")
    looked_for = (
        set(shapes.places(sample)) if sample else {f for f in known.leaves() if "MsgId" not in f}
    )
    return found | {f"{place}: never said" for place in looked_for - said - UNSAID}
