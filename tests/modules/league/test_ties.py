"""Invitations between shops and promoters, as both sides make and answer them."""

import asyncio
from typing import Any

import msgspec
import pytest

from tests.market import RATIO_PERCENT, Market
from tests.modules.league.goods import Goods, open_goods
from tests.platform import ask, finish_work, sent_statements
from tongshang.app import Opened
from tongshang.kernel.machine import IllegalMove
from tongshang.modules.league.machine import TIE, TieMove, TieState
from tongshang.modules.league.refusals import BadFinder, NoInvitation, UnknownTieOperation
from tongshang.runtime.call import Caller

PATH = "/channels/ec/league/promoter/"


@pytest.fixture
async def goods(opened: Opened) -> Goods:
    return await open_goods(opened)


async def _shop(goods: Goods, what: str, **fields: object) -> Any:
    finder = {"finder_id": str(goods.promoter.party_id)}
    answer = await ask(goods.opened, goods.shop, PATH + what, "", **{**finder, **fields})
    return msgspec.json.decode(msgspec.json.encode(answer))


async def _answer(goods: Goods, what: str, who: Caller | None = None) -> int:
    path = f"/v1/promoter/invitation/{what}"
    said = await ask(goods.opened, who or goods.promoter, path, shop_id=str(goods.shop.party_id))
    state: int = said.state
    return state


async def _state(goods: Goods) -> int:
    return int((await _shop(goods, "get"))["promoter"]["status"])


def test_the_states_and_moves_are_those_of_the_platform() -> None:
    reached = {(state, move): arrow.target for move, arrow in TIE.moves.items()
               for state in arrow.sources}  # fmt: skip
    asked_again = {TieState.INITIAL, TieState.REFUSED, TieState.WITHDRAWN, TieState.ENDED,
                   TieState.DELETED}  # fmt: skip
    assert {state for state, move in reached if move is TieMove.INVITE} == asked_again
    assert {target for (_, move), target in reached.items() if move is TieMove.INVITE} == {1}
    assert reached[TieState.INVITED, TieMove.ACCEPT] == 2
    assert reached[TieState.INVITED, TieMove.REFUSE] == 3
    assert reached[TieState.INVITED, TieMove.WITHDRAW] == 4
    assert reached[TieState.ACCEPTED, TieMove.END] == 5
    assert len(reached) == len(asked_again) + 4 + 3


async def test_an_invitation_is_accepted_ended_and_made_again(goods: Goods) -> None:
    assert await _state(goods) == 0
    await _shop(goods, "add")
    assert await _state(goods) == 1
    page = await ask(goods.opened, goods.promoter, "/v1/promoter/invitation/list")
    assert [(int(one.shop_id), one.state) for one in page.invitations] == [(goods.shop.party_id, 1)]
    assert await _answer(goods, "accept") == 2
    with pytest.raises(IllegalMove):
        await _shop(goods, "add")
    with pytest.raises(IllegalMove):
        await _shop(goods, "upd", type="1")
    await _shop(goods, "upd", type="2")
    assert await _state(goods) == 5
    await _shop(goods, "add")
    await _shop(goods, "upd", type=1)
    assert await _state(goods) == 4
    with pytest.raises(IllegalMove):
        await _answer(goods, "accept")
    await _shop(goods, "add")
    assert await _answer(goods, "refuse") == 3
    await _shop(goods, "delete")
    assert await _state(goods) == 10
    assert (await _shop(goods, "list/get"))["finder_ids"] == []
    assert (await _shop(goods, "list/get", status=10))["total_num"] == 1


async def test_of_two_invitations_at_once_one_is_made(goods: Goods) -> None:
    both = await asyncio.gather(*(_shop(goods, "add") for _ in range(2)), return_exceptions=True)
    assert [type(one) for one in both if isinstance(one, Exception)] == [IllegalMove]
    assert await _state(goods) == 1


async def test_an_answer_and_a_withdrawal_at_once_leave_one_of_them(goods: Goods) -> None:
    await _shop(goods, "add")
    both = await asyncio.gather(
        _answer(goods, "accept"), _shop(goods, "upd", type=1), return_exceptions=True
    )
    assert sum(isinstance(one, IllegalMove) for one in both) == 1
    assert await _state(goods) in {2, 4}


async def test_who_is_no_promoter_or_was_not_asked_is_refused(goods: Goods) -> None:
    for finder in ("", "sph1234", "1" * 25, str(goods.shop.party_id), "\0"):
        with pytest.raises(BadFinder):
            await _shop(goods, "add", finder_id=finder)
    for what, fields in (("upd", {"type": 1}), ("delete", {})):
        with pytest.raises(BadFinder):
            await _shop(goods, what, **fields)
    with pytest.raises(UnknownTieOperation):
        await _shop(goods, "upd", type=3)
    await _shop(goods, "add")
    for what in ("accept", "refuse", "end"):
        with pytest.raises(NoInvitation):
            await _answer(goods, what, goods.other_promoter)
    assert await _state(goods) == 1


async def test_a_shop_sees_what_its_promoter_sold(market: Market) -> None:
    finder = str(market.promoter.party_id)
    await market.ask(market.shop, PATH + "add", finder_id=finder)
    card = await market.card(market.tea)
    for _ in range(2):
        await market.pay(await market.place(market.tea, count=2, card=card))
    await market.pay(await market.place(market.cup))
    await finish_work(market.opened)
    seen = (await market.ask(market.shop, PATH + "get", finder_id=finder)).promoter
    paid = await market.opened.house.pool.fetchval(
        "select sum(paid_fen) from order_lines where promoter_id <> 0"
    )
    assert (seen.status, seen.sale_product_number, seen.sale_gmv) == (1, 1, paid)
    assert paid > 0


async def test_a_named_promoter_s_old_cards_bring_his_own_terms(market: Market) -> None:
    finder, path = str(market.promoter.party_id), "/channels/ec/league/item/"
    card = await market.card(market.tea)
    items = [{"product_id": market.tea.product_id, "ratio": 60}]
    made = await market.ask(market.shop, path + "batchadd", type=2, list=items, finder_ids=[finder])
    await market.place(market.cup, card=await market.card(market.cup))  # who carries is known now
    with sent_statements(market.opened) as sent:
        await market.place(market.tea, card=card)
    by_deal = len(sent)
    info_id = made.result_info_list[0].info_id
    await market.ask(market.shop, path + "delete", type=2, info_id=info_id)
    with sent_statements(market.opened) as sent:
        await market.place(market.tea, card=card)
    assert by_deal == len(sent) + 2, "the deal and its plan are read; without one, nothing more"
    rows = await market.opened.house.pool.fetch(
        "select commission_ppm, deal_id <> 0 as has_deal from order_lines where product_id = $1"
        " order by order_id",
        int(market.tea.product_id),
    )
    normal = RATIO_PERCENT * 10_000
    assert [tuple(row) for row in rows] == [(600_000, True), (normal, False)]
