"""Gifts among friends: shown in their chat, for its people alone; blocked, passed on."""

from typing import Any

import pytest

from tests.market import Market
from tests.modules.gifting.company import GIFTS
from tests.modules.social.people import People, people_on
from tests.platform import finish_work
from tongshang.kernel.refusal import Refusal


async def _gather(market: Market) -> People:
    people = await people_on(market.opened, "阿青", "小白", "路人")
    people.callers["小满"] = market.buyer
    return people


async def _give(market: Market, **fields: Any) -> Any:
    made = await market.ask(
        market.buyer, f"{GIFTS}/make",
        shop_id=market.shop_id, sku_id=market.tea.sku_ids[0], **fields,
    )  # fmt: skip
    await market.ask(market.buyer, f"{GIFTS}/pay", present_id=made.present_id, confirm=True)
    await finish_work(market.opened)
    return made


async def test_a_gift_to_a_friend_stands_in_their_chat(market: Market) -> None:
    people = await _gather(market)
    chat_id = await people.befriend("小满", "阿青")
    made = await _give(market, to_buyer_id=people.id("阿青"))
    said = [one for one in await people.heard("阿青", chat_id) if one.kind == "gift"]
    assert len(said) == 1
    asked = {"present_ids": [made.present_id]}
    (card,) = (await people.ask("阿青", "gifts/cards", **asked)).gifts
    assert (card.giver.nickname, card.portions_left) == ("小满", 1)
    assert (await people.ask("路人", "gifts/cards", **asked)).gifts == []
    with pytest.raises(Refusal) as refused:
        await people.ask("路人", "gifts/claim", token=card.token)
    assert refused.value.code == 606662
    assert (await people.ask("阿青", "gifts/claim", token=card.token)).state == "accepted"


async def test_a_group_s_gift_is_for_its_members_and_not_for_who_is_blocked(
    market: Market,
) -> None:
    people = await _gather(market)
    for name in ("阿青", "小白"):
        await people.befriend("小满", name)
    group = await people.group("小满", "阿青", "小白")
    made = await _give(market, kind=2, portions=3, chat_id=group, audience=2)
    token = made.token
    await people.ask("小满", "contact/block", buyer_id=people.id("小白"))
    for name in ("路人", "小白"):
        with pytest.raises(Refusal) as refused:
            await people.ask(name, "gifts/claim", token=token)
        assert refused.value.code == 606662, name
    assert (await people.ask("阿青", "gifts/claim", token=token)).number == 1
    order = await market.opened.house.pool.fetchval(
        "select gift->>'send_type' from orders where gift is not null limit 1"
    )
    assert order == "1"


async def test_friends_see_wishes_and_walls_and_strangers_none(market: Market) -> None:
    people = await _gather(market)
    await people.befriend("小满", "阿青")
    wish = {"shop_id": market.shop_id, "product_id": market.tea.product_id, "note": "想要"}
    await people.ask("阿青", "gifts/wish/add", **wish)
    seen = await people.ask("小满", "gifts/wish/list", buyer_id=people.id("阿青"))
    assert [(one.title, one.note) for one in seen.wishes] == [(market.tea.title, "想要")]
    with pytest.raises(Refusal) as refused:
        await people.ask("路人", "gifts/wish/list", buyer_id=people.id("阿青"))
    assert refused.value.code == 9020054
    made = await _give(market, to_buyer_id=people.id("阿青"), is_on_wall=True)
    kept = await people.ask(
        "阿青", "address/add", name="阿青", phone="13900000000", province="广东省", city="深圳市",
        county="南山区", detail="科技园 1 号",
    )  # fmt: skip
    await people.ask(
        "阿青",
        "gifts/claim",
        token=made.token,
        address_id=kept.address_id,
    )
    wall = {"buyer_id": people.id("阿青")}
    assert (await people.ask("小满", "gifts/wall", **wall)).gifts == []
    await people.ask(
        "阿青",
        "gifts/wall/show",
        present_id=made.present_id,
        is_shown=True,
    )
    assert len((await people.ask("小满", "gifts/wall", **wall)).gifts) == 1


async def test_an_accepted_portion_is_passed_on_and_its_way_is_recorded(market: Market) -> None:
    people = await _gather(market)
    await people.befriend("阿青", "小白")
    made = await _give(market, kind=2, portions=2)
    token = made.token
    rule = "/v1/platform/gifts/rule/set"
    await people.ask("阿青", "gifts/claim", token=token)
    await market.ask(market.operator, rule, name="may_pass_on", value=1, reason="试一试")
    try:
        await people.ask("阿青", "gifts/pass", token=token, to_buyer_id=people.id("小白"))
    finally:
        await market.ask(
            market.operator, rule, name="may_pass_on", value=0, reason="reference section 5.1"
        )
    assert (await people.ask("小白", "gifts/claim", token=token)).number == 1
    way = await market.opened.house.pool.fetch("select from_id, to_id from gift_passes")
    assert [tuple(map(str, row)) for row in way] == [(people.id("阿青"), people.id("小白"))]
