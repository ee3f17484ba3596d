"""Decisions about orders, without a database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.money import Ppm
from tongshang.modules.catalog.api import Offer
from tongshang.modules.delivery.api import SHIPS_FREE, Address
from tongshang.modules.delivery.domain import Charge, FreightRule, Shipping
from tongshang.modules.league.api import Deal, Hand, Hop
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.domain import placing, pricing, refunding, shipping
from tongshang.modules.ordering.domain.bringing import Brought
from tongshang.modules.ordering.domain.order import Order
from tongshang.modules.ordering.domain.placing import Market, PlaceDraft, PlaceLine
from tongshang.modules.ordering.domain.pricing import SkuPrice
from tongshang.modules.ordering.domain.refunding import AftersaleMark, RefundedLine
from tongshang.modules.ordering.domain.shipping import ShipItem, ShipParcel
from tongshang.modules.ordering.machine import ORDER, OrderMove, OrderState
from tongshang.modules.surfaces.api import CardRef, Touch

AT = datetime(2026, 1, 2, tzinfo=UTC)
SHOP, BUYER, HOME = 1, 7, 70
ADDRESS = Address("张三", "13800000001", "广东省", "广州市", "海珠区", "大塘 1 号")
PAID_FREIGHT = FreightRule(Shipping.NO_FREE, charges=(Charge((), True, 1, 800, 1, 200),))


def offer(sku_id: int, price_fen: int = 100, **fields: object) -> Offer:
    known = Offer(
        SHOP, 1000 + sku_id, sku_id, f"杯 {sku_id}", "", (), f"c{sku_id}", price_fen, price_fen, 5,
        50_000, 7, 0, on_sale=True,
    )  # fmt: skip
    return replace(known, **fields)  # type: ignore[arg-type] # names of fields are checked by it


def market(*offers: Offer, stock: Mapping[int, int] | None = None, **fields: object) -> Market:
    left = stock or {one.sku_id: 100 for one in offers}
    known = Market(
        offers={(SHOP, one.sku_id): one for one in offers},
        addresses={(BUYER, HOME): ADDRESS},
        freight={(SHOP, 0): SHIPS_FREE, (SHOP, 9): PAID_FREIGHT},
        stock={(SHOP, sku): count for sku, count in left.items()},
    )
    return replace(known, **fields)  # type: ignore[arg-type]


def draft(*lines: tuple[int, int], **fields: object) -> PlaceDraft:
    wanted = tuple(PlaceLine(sku, count) for sku, count in lines)
    return replace(PlaceDraft(SHOP, BUYER, HOME, wanted), **fields)  # type: ignore[arg-type]


def placed(*counts: int, price_fen: int = 100, state: OrderState = OrderState.UNPAID) -> Order:
    offers = [offer(sku, price_fen) for sku in range(1, len(counts) + 1)]
    wanted = draft(*((sku, count) for sku, count in enumerate(counts, 1)))
    return replace(placing.quote(wanted, 1, market(*offers), AT), state=state)


@pytest.mark.parametrize(("state", "move"), list(product(OrderState, OrderMove)))
def test_every_pair_of_state_and_move_leads_on_or_is_refused(
    state: OrderState, move: OrderMove
) -> None:
    if ORDER.allows(state, move):
        assert ORDER.step(state, move) is ORDER.moves[move].target
    else:
        with pytest.raises(IllegalMove):
            ORDER.step(state, move)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (draft(), refusals.NoLines),
        (draft(*((1, 1) for _ in range(51))), refusals.TooManyLines),
        (draft((1, 0)), refusals.CountOutOfRange),
        (draft((1, 1_000_001)), refusals.CountOutOfRange),
        (draft((3, 1)), refusals.SkuNotFound),
        (draft((1, 1), shop_id=2), refusals.SkuNotFound),
        (draft((2, 1)), refusals.NotOnSale),
        (draft((1, 1), buyer_id=8), refusals.AddressNotFound),
        (draft((1, 1), expected_fen=99), refusals.PriceChanged),
        (draft((1, 60), (1, 41)), refusals.TooFewInStock),
        (draft((4, 1)), refusals.NothingToPay),
    ],
)
def test_a_draft_that_cannot_be_an_order_takes_nothing(
    wanted: PlaceDraft, refusal: type[Exception]
) -> None:
    here = market(offer(1), offer(2, on_sale=False), offer(4, 0))
    refused, next_one = placing.place_all([wanted, draft((1, 100))], [1, 2], here, AT)
    assert isinstance(refused, refusal)
    assert isinstance(next_one, Order), "the stock is all there for the next one"


def test_who_comes_first_is_served_first() -> None:
    here = market(offer(1), stock={1: 5})
    drafts = [draft((1, 3)), draft((1, 3)), draft((1, 2)), draft((1, 1))]
    decided = placing.place_all(drafts, [1, 2, 3, 4], here, AT)
    assert [isinstance(one, Order) for one in decided] == [True, False, True, False]
    assert decided[1].details == {"sku_id": "1", "left": 2}  # type: ignore[union-attr]


def test_a_promoters_card_wins_over_the_last_touch_and_the_shops_own_does_not() -> None:
    touch = Touch(31, 41, 6, SHOP, 1001, AT)
    cards = {
        "ours": CardRef(SHOP, 1001, 0, 0, 1),
        "theirs": CardRef(SHOP, 1001, 32, 42, 2),
        "another": CardRef(SHOP, 1002, 33, 43, 2),
    }
    rates = {1001: Ppm(100_000)}
    here = market(offer(1), brought=Brought(cards, {(BUYER, 1001): touch}, rates))

    def line(card: str, buyer_id: int = BUYER) -> tuple[int, int, int, int]:
        wanted = replace(draft(), lines=(PlaceLine(1, 1, card),))
        (got,) = placing.quote(wanted, 1, here, AT).lines
        return got.promoter_id, got.content_id, got.scene, got.commission_ppm

    assert line("theirs") == (32, 42, 2, 100_000)
    assert line("") == line("ours") == line("another") == line("forged") == (31, 41, 6, 100_000)


def test_fee_and_commission_never_exceed_what_was_paid() -> None:
    here = market(
        offer(1, fee_ppm=200_000),
        brought=Brought(
            touches={(BUYER, 1001): Touch(31, 41, 6, SHOP, 1001, AT)}, rates={1001: Ppm(900_000)}
        ),
    )
    assert placing.quote(draft((1, 1)), 1, here, AT).lines[0].commission_ppm == 800_000


DEAL = Deal(
    SHOP, 71, 1001, 2, 0, (Hop(Hand.AGENCY, 61, 200_000), Hop(Hand.PROMOTER, 31, 150_000, 0)), AT
)  # fmt: skip


@pytest.mark.parametrize(
    ("own", "fee_ppm", "deal", "kept"),
    [
        ((), 50_000, DEAL, (31, 200_000, 71)),
        ((99,), 50_000, DEAL, (31, 200_000, 71)),
        ((31,), 50_000, DEAL, (0, 0, 0)),  # the promoter himself buys
        ((61,), 50_000, DEAL, (0, 0, 0)),  # or somebody else who would receive
        ((), 50_000, replace(DEAL, product_id=1002), (31, 90_000, 0)),  # another product's terms
        ((), 900_000, DEAL, (31, 90_000, 0)),  # more than was paid
        ((), 50_000, replace(DEAL, shop_id=SHOP + 1), (31, 90_000, 0)),  # another shop's
    ],
)
def test_a_card_brings_its_deal_to_the_line(
    own: tuple[int, ...], fee_ppm: int, deal: Deal, kept: tuple[int, int, int]
) -> None:
    brought = Brought(
        cards={"c": CardRef(SHOP, 1001, 31, 41, 6, deal_id=71)},
        rates={1001: Ppm(90_000)},
        deals={(deal.shop_id, deal.deal_id): deal},
        selves={BUYER: own},
    )
    here = market(offer(1, fee_ppm=fee_ppm), brought=brought)
    (line,) = placing.quote(replace(draft(), lines=(PlaceLine(1, 1, "c"),)), 1, here, AT).lines
    assert (line.promoter_id, line.commission_ppm, line.deal_id) == kept


def test_each_freight_template_asks_once_for_all_it_covers() -> None:
    here = market(offer(1, freight_template_id=9), offer(2, freight_template_id=9), offer(3))
    order = placing.quote(draft((1, 2), (2, 1), (3, 5)), 1, here, AT)
    assert order.freight_fen == 800 + 2 * 200
    assert order.order_fen == 800 + order.freight_fen


prices = st.integers(1, 10_000_000)
counts = st.integers(1, 1_000)


@given(
    st.lists(st.tuples(prices, counts), min_size=1, max_size=12),
    st.integers(0, 500_000),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 1_000_000)), max_size=4),
    st.integers(0, 1_000_000),
)
def test_lines_sum_to_the_order_whatever_is_bought_sent_and_taken_off(
    bought: list[tuple[int, int]], first_fen: int, changes: list[tuple[int, int]], part: int
) -> None:
    offers = [offer(sku, price, freight_template_id=9) for sku, (price, _) in enumerate(bought)]
    rule = FreightRule(Shipping.NO_FREE, charges=(Charge((), True, 1, first_fen, 1, 7),))
    here = market(*offers, freight={(SHOP, 9): rule})
    order = placing.quote(
        draft(*((sku, count) for sku, (_, count) in enumerate(bought))), 1, here, AT
    )
    _adds_up(order)
    for sku, ppm in changes:
        line = order.lines[sku % len(order.lines)]
        price = SkuPrice(line.product_id, line.sku_id, max(1, line.goods_fen * ppm // 1_000_000))
        order = pricing.reprice(order, [price], order.freight_fen * part // 1_000_000)
        _adds_up(order)
        assert order.charged_freight_fen == order.freight_fen * part // 1_000_000


def _adds_up(order: Order) -> None:
    assert sum(line.paid_fen + line.freight_fen for line in order.lines) == order.order_fen
    assert order.order_fen == order.goods_fen + order.freight_fen - order.change_down_fen
    assert all(0 <= line.paid_fen <= line.goods_fen for line in order.lines)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (SkuPrice(1001, 1, 301), refusals.PriceNotLower),
        (SkuPrice(1001, 2, 1), refusals.PriceOfNothing),
        (SkuPrice(1001, 1, 0), refusals.NothingToPay),
    ],
)
def test_a_price_only_goes_down_and_never_to_nothing(
    change: SkuPrice, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        pricing.reprice(placed(3), [change], None)


def test_the_last_of_fifty_price_changes_wins() -> None:
    order = placed(3)
    for price in (*range(51, 100), 300):
        order = pricing.reprice(order, [SkuPrice(1001, 1, price)], None)
    assert (order.order_fen, order.change_down_fen) == (300, 0)
    with pytest.raises(refusals.TooManyPriceChanges):
        pricing.reprice(order, [SkuPrice(1001, 1, 1)], None)


def test_several_parcels_ship_an_order_part_by_part() -> None:
    order = placed(3, 2, state=OrderState.TO_SHIP)
    part, packed = shipping.ship(order, [ShipParcel("SF", "1", (ShipItem(1001, 1, 2),))])
    assert packed[0].lines == ((1, 2),)
    assert shipping.shipping_move(part) is OrderMove.SHIP_PART
    whole, packed = shipping.ship(part, [ShipParcel("SF", "2")])
    assert packed[0].lines == ((1, 1), (2, 2))
    assert shipping.shipping_move(whole) is OrderMove.SHIP_REST


def test_pieces_of_one_sku_come_from_its_lines_in_turn() -> None:
    order = replace(
        placing.quote(draft((1, 2), (1, 3)), 1, market(offer(1)), AT), state=OrderState.TO_SHIP
    )
    _, packed = shipping.ship(order, [ShipParcel("SF", "1", (ShipItem(1001, 1, 4),))])
    assert packed[0].lines == ((1, 2), (2, 2))


@pytest.mark.parametrize("item", [ShipItem(1001, 1, 4), ShipItem(1001, 2, 1), ShipItem(1, 1, 1)])
def test_what_is_not_in_the_order_is_not_shipped(item: ShipItem) -> None:
    with pytest.raises(refusals.NotInOrder):
        shipping.ship(placed(3, state=OrderState.TO_SHIP), [ShipParcel("SF", "1", (item,))])


def test_of_a_line_under_refund_only_what_is_left_is_shipped() -> None:
    order = placed(3, state=OrderState.TO_SHIP)
    asked = refunding.mark(order, AftersaleMark(SHOP, 1, 1, 20, change=2))
    shipped, packed = shipping.ship(asked, [ShipParcel("SF", "1")])
    assert packed[0].lines == ((1, 1),)
    assert shipping.shipping_move(shipped) is OrderMove.SHIP_PART, "the case may yet be withdrawn"
    refunded, released = refunding.refund(
        replace(shipped, state=OrderState.PARTLY_SHIPPED), RefundedLine(SHOP, 1, 1, 2, 200)
    )
    assert released == 2
    assert refunding.refund_move(refunded) is OrderMove.SHIP_REST


def test_an_order_of_which_all_is_refunded_is_cancelled_even_when_finished() -> None:
    order = placed(2, 1, state=OrderState.FINISHED)
    lines = tuple(replace(line, shipped_count=line.count) for line in order.lines)
    order, released = refunding.refund(
        replace(order, lines=lines), RefundedLine(SHOP, 1, 1, 2, 200, marked=False)
    )
    assert (released, refunding.refund_move(order)) == (0, None)
    order, _ = refunding.refund(order, RefundedLine(SHOP, 1, 2, 1, 100, marked=False))
    assert refunding.refund_move(order) is OrderMove.REFUND_ALL


def test_no_more_goes_back_than_was_bought_and_paid() -> None:
    order = placed(2, state=OrderState.TO_SHIP)
    with pytest.raises(refusals.TooManyInAftersale):
        refunding.mark(order, AftersaleMark(SHOP, 1, 1, 20, change=3))
    with pytest.raises(refusals.TooManyInAftersale):
        refunding.refund(order, RefundedLine(SHOP, 1, 1, 3, 1, marked=False))
    with pytest.raises(refusals.BeyondPaid):
        refunding.refund(order, RefundedLine(SHOP, 1, 1, 0, 201))
