"""Gifts among friends: shown in their chat, for its people alone; blocked, passed on."""

import asyncio
from datetime import timedelta
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


async def test_a_gift_for_a_friend_is_passed_on_before_it_is_taken(market: Market) -> None:
    people = await _gather(market)
    await people.befriend("小满", "阿青")
    await people.befriend("阿青", "小白")
    made = await _give(market, to_buyer_id=people.id("阿青"))
    token, to = made.token, people.id("小白")
    rule = {"name": "may_pass_on", "reason": "reference section 5.1"}
    path = "/v1/platform/gifts/rule/set"
    assert not (await people.ask("阿青", "gifts/open", token=token)).may_pass_on
    await market.ask(market.operator, path, value=1, **rule)
    try:
        assert (await people.ask("阿青", "gifts/open", token=token)).may_pass_on
        with pytest.raises(Refusal) as refused:
            await people.ask("路人", "gifts/pass", token=token, to_buyer_id=to)
        assert refused.value.code == 606662
        await people.ask("阿青", "gifts/pass", token=token, to_buyer_id=to)
        with pytest.raises(Refusal) as refused:
            await people.ask("阿青", "gifts/pass", token=token, to_buyer_id=to)
        assert refused.value.code == 606662, "it is not theirs any more"
    finally:
        await market.ask(market.operator, path, value=0, **rule)
    with pytest.raises(Refusal) as refused:
        await people.ask("阿青", "gifts/claim", token=token)
    assert refused.value.code == 606662
    (kept,) = (await people.ask("阿青", "gifts/received/list")).gifts
    assert (kept.yours, kept.passed_to.nickname) == ("", "小白")
    seen = await people.ask("小满", "gifts/get", present_id=made.present_id)
    (way,) = seen.portions[0].passes
    assert (way.giver.nickname, way.receiver.nickname) == ("阿青", "小白")
    assert (await people.ask("小白", "gifts/claim", token=token)).state == "accepted"


async def test_a_giver_reminds_once_in_a_while_and_the_chat_shows_it_again(market: Market) -> None:
    people = await _gather(market)
    chat_id = await people.befriend("小满", "阿青")
    made = await _give(market, to_buyer_id=people.id("阿青"))
    about = {"present_id": made.present_id}
    assert "remind" in (await people.ask("小满", "gifts/get", **about)).open_moves
    assert (await people.ask("小满", "gifts/remind", **about)).told == 1
    await finish_work(market.opened)
    kinds = [one.kind for one in (await people.ask("阿青", "gifts/news/list")).news]
    assert kinds.count("nudged") == 1
    shown = [one for one in await people.heard("阿青", chat_id) if one.kind == "gift"]
    assert len(shown) == 2
    seen = await people.ask("小满", "gifts/get", **about)
    assert seen.nudged_at is not None
    assert "remind" not in seen.open_moves
    with pytest.raises(Refusal) as refused:
        await people.ask("小满", "gifts/remind", **about)
    assert refused.value.code == 9020041
    market.opened.house.clock.offset += timedelta(hours=6, seconds=1)
    given = await asyncio.gather(
        *(people.ask("小满", "gifts/remind", **about) for _ in range(2)), return_exceptions=True
    )
    assert sorted(getattr(one, "code", 0) for one in given) == [0, 9020041]
    for who, present, code in (
        ("阿青", made, 9020001), ("小满", await _give(market), 9020042),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            await people.ask(who, "gifts/remind", present_id=present.present_id)
        assert refused.value.code == code


async def test_who_gets_a_gift_s_words_opens_it_and_the_chat_tells_what_became_of_it(
    market: Market,
) -> None:
    people = await _gather(market)
    chat_id = await people.befriend("阿青", "小白")
    made = await _give(market)
    forms = await people.ask("小满", "gifts/links", present_id=made.present_id)
    assert forms == await people.ask("小满", "gifts/links", present_id=made.present_id)
    assert forms.url.endswith(f"/g/{made.token}")
    code = forms.short_url.rsplit("/", 1)[1]
    opened = await people.ask("路人", "link/open", code=code)
    assert (opened.kind, opened.token) == ("gift", made.token)
    for text in (forms.taglink, forms.short_url, f"快看 {forms.url} 谢谢"):
        seen = await people.ask("阿青", "chat/preview", text=text)
        assert (seen.kind, seen.url) == ("gift", f"/g/{made.token}"), text
        found = await people.ask("路人", "search", q=text)
        assert (found.pasted.kind, found.pasted.url) == ("gift", f"/g/{made.token}"), text
    body = {"kind": "card", "text": forms.taglink}
    await people.ask("阿青", "chat/send", chat_id=chat_id, body=body)
    said = (await people.heard("小白", chat_id))[-1]
    assert (said.kind, said.url) == ("gift", f"/g/{made.token}")
    asked = {"tokens": [made.token, "forged" * 8]}
    assert [await _look(people, who, **asked) for who in ("小白", "小满")] == ["sealed", "waiting"]
    await people.ask("路人", "gifts/claim", token=made.token)
    looks = [await _look(people, who, **asked) for who in ("小白", "小满", "路人")]
    assert looks == ["taken", "waiting", "kept"], "accepted, not ordered yet"
    market.opened.house.clock.offset += timedelta(hours=24, seconds=5)
    await finish_work(market.opened)
    assert [await _look(people, who, **asked) for who in ("小白", "小满")] == [
        "expired",
        "returned",
    ]


async def _look(people: People, who: str, **asked: Any) -> str:
    (card,) = (await people.ask(who, "gifts/cards", **asked)).gifts
    return str(card.look)
