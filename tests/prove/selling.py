"""A sale by a deal of five, one of them frozen, and a withdrawal; and what may be wrong with it."""

from typing import Final

from tests.market import Market
from tests.platform import calling, finish_work
from tests.prove.fault import Fault, fault
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.league.api import DealDraft, Hand, Hop, paid_out_ppm, strike

_SOLD: Final = """
    update order_lines set promoter_id = $3, commission_ppm = $4, deal_id = $2 where order_id = $1
"""
_ACCOUNT: Final = {
    "kind": "ACCOUNT_TYPE_BUSINESS",
    "account_bank": "招商银行",
    "address_code": "350100",
    "number": "6225880123456789",
}

FAULTS: Final[tuple[Fault, ...]] = (
    fault(
        "a deal's line was divided by another ratio than was agreed",
        "update share_parts set ratio_ppm = ratio_ppm + 1 where place = 3",
        "deals_are_divided_to_the_fen",
    ),
    fault(
        "a receiver of a deal kept a fen that the next one was to have",
        "update share_parts set net_fen = net_fen + 1 where place = 0",
        "deals_are_divided_to_the_fen", "receivers_got_their_parts",
        "commission_orders_equal_the_books",
    ),
    fault(
        "an agency's service fee is told as a promoter's commission",
        "update shares set service_fen = 0, service_back_fen = 0 where service_fen > 0",
        "deals_are_divided_to_the_fen",
    ),
    fault(
        "what a sharer got is told to be of another order",
        """update party_flows set order_id = order_id + 1
           where flow_id = (select min(flow_id) from party_flows where order_id > 0)""",
        "receivers_got_their_parts",
    ),
    fault(
        "an agency owes, and nothing says why",
        "update party_flows set amount_fen = amount_fen - 1 where withdrawal_id > 0",
        "debts_have_their_reasons",
    ),
    fault(
        "what is held of a frozen party's part is no longer held",
        "update share_parts set held = false where held",
        "suspense_holds_what_is_held", "receivers_got_their_parts",
    ),
    fault(
        "a withdrawal's money came back in the books' words only",
        "update withdrawal_parts set state = 'back' where state = 'paid'",
        "withdrawals_are_booked", "banks_got_what_was_withdrawn",
    ),
    fault(
        "a withdrawal is told to have failed that the bank has",
        "update withdrawals set state = 'FAIL' where state = 'SUCCESS'",
        "banks_got_what_was_withdrawn",
    ),
    fault(
        "a commission order says that nothing came back",
        "update commissions set returned_fen = 0 where returned_fen > 0",
        "commission_orders_equal_the_books",
    ),
    fault(
        "a receiver was never told of a line",
        "delete from commissions where hand = 5",
        "commission_orders_equal_the_books",
    ),
    fault(
        "an order that does not exist moved",
        """insert into order_moves
           select (jsonb_populate_record(m, '{"order_id": 1}')).* from order_moves m limit 1""",
        "orders_have_one_state",
    ),
)  # fmt: skip


async def sell_by_deal(market: Market) -> tuple[str, int]:
    """An order brought by five, received; its id, and the agency's at the head of the chain."""
    kinds = (PartyKind.AGENCY, PartyKind.AGENCY, PartyKind.AGENCY, PartyKind.SHARER)
    shop_id, promoter_id = int(market.shop_id), market.promoter.party_id
    async with calling(market.opened) as call:
        drafts = [PartyDraft(kind, f"伙伴{place}") for place, kind in enumerate(kinds)]
        first, second, leader, sharer = await identity.add_parties(call, drafts)
        hops = (
            Hop(Hand.AGENCY, first, 100_000),
            Hop(Hand.RESELLER, second, 60_000, 0),
            Hop(Hand.PROMOTER, promoter_id, 40_000, 1),
            Hop(Hand.SHARER_AGENCY, leader, 20_000, 2),
            Hop(Hand.SHARER, sharer, 10_000, 3),
        )
        draft = DealDraft(shop_id, int(market.tea.product_id), 4, 1, hops)
        (deal_id,) = await strike(call, [draft])
    order_id = await market.place(market.tea, count=3)
    async with calling(market.opened) as call:
        await call.tx.execute(_SOLD, int(order_id), deal_id, promoter_id, paid_out_ppm(hops))
    await market.pay(order_id)
    await market.ship(order_id)
    await market.receive(order_id)
    freeze = {"party_id": str(second), "standing": "frozen", "reason": "核查"}
    await market.ask(market.operator, "/v1/platform/suspense/set", **freeze)
    return order_id, first


async def withdraw(market: Market, agency_id: int, fen: int) -> None:
    """The agency's money at its bank."""
    async with calling(market.opened) as call:
        agency = identity.agency_caller(await identity.get_party(call.tx, agency_id))
    await market.ask(agency, "/v1/agency/funds/bankaccount/set", **_ACCOUNT)
    told = await market.ask(agency, "/v1/agency/funds/withdrawal/submit", amount_fen=fen)
    house = market.opened.house
    was, house.demo = house.demo, True
    for what in ("scan", "confirm"):
        await market.ask(agency, f"/v1/sandbox/qr/{what}", ticket=told.confirmation.ticket)
    house.demo = was
    await finish_work(market.opened)
