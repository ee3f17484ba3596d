"""Withdrawing on the desks and confirming with the sandbox's phone, over HTTP."""

import httpx
import pytest

from tests.market import Market
from tests.modules.funds.purses import ACCOUNT
from tests.platform import calling, finish_work
from tests.sites.test_storefront import fields, sign_in
from tongshang.kernel.ids import Named
from tongshang.kernel.money import Fen
from tongshang.modules.identity.api import PartyDraft, PartyKind, add_parties, name_people
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Account, AccountKind, Cause, Entry, Posting
from tongshang.runtime.call import Caller


async def _earn(market: Market, who: str, fen: int) -> None:
    """Money in the shop's book, for the shop or the promoter."""
    shop_id = market.shop.party_id
    own = Account(shop_id, AccountKind.SHOP_AVAILABLE)
    if who == "promoter":
        own = Account(shop_id, AccountKind.PROMOTER, market.promoter.party_id)
    async with calling(market.opened) as call:
        posting = Posting(Account(shop_id, AccountKind.CHANNEL), own, Fen(fen))
        cause = Cause("test", call.take_id(Named.ENTRY))
        await ledger.post(call, [Entry(shop_id, cause, (posting,), call.at)])


@pytest.mark.parametrize("who", ["shop", "promoter"])
async def test_from_an_empty_account_to_money_at_the_bank(
    client: httpx.AsyncClient, market: Market, who: str
) -> None:
    market.opened.house.demo = True
    caller: Caller = market.shop if who == "shop" else market.promoter
    await _earn(market, who, 12_345)
    sign_in(client, market, caller)
    home = f"/desk/{who}/funds"
    page = (await client.get(home)).text
    assert "¥123.45" in page
    assert "绑定银行账户" in page

    form = fields((await client.get(f"{home}/account")).text, f"{home}/account") | ACCOUNT
    wrong = await client.post(f"{home}/account", data=form | {"address_code": "999999"})
    assert wrong.status_code == 400
    assert "没有这个省份或城市" in wrong.text
    saved = await client.post(f"{home}/account", data=form)
    assert saved.headers["location"] == f"{home}/account?done=1"
    assert "6225********6789" in (await client.get(f"{home}/account")).text

    form = fields((await client.get(home)).text, home)
    refused = await client.post(home, data=form | {"yuan": "123.46"})
    assert refused.status_code == 400
    assert "超过可提现金额" in refused.text
    asked = await client.post(home, data=form | {"yuan": "100", "remark": "房租"})
    place = asked.headers["location"]
    told = (await client.get(place)).text
    assert "请管理员用手机扫码确认" in told
    phone = told.split('href="/sandbox/qr/', 1)[1].split('"', 1)[0]
    phone = f"/sandbox/qr/{phone}"

    shown = (await client.get(phone)).text
    assert "¥100.00" in shown
    form = fields(shown, phone)
    await client.post(phone, data=form | {"what": "scan", "scanner": "other"})
    assert "不是管理员" in (await client.get(phone)).text
    assert "不是管理员" in (await client.get(place)).text
    await client.post(phone, data=form | {"what": "scan", "scanner": "administrator"})
    await client.post(phone, data=form | {"what": "confirm"})
    assert "已确认" in (await client.get(phone)).text
    await finish_work(market.opened)
    assert "已到银行账户" in (await client.get(place)).text
    after = (await client.get(home)).text
    assert "¥23.45" in after
    assert "房租" in after
    assert "今天已经提现过" in after
    if who != "shop":
        assert "−¥100.00" in after, "and it stands among what came and went"
        why = after.split("资金流水", 1)[1].split('href="/desk/promoter/explain?', 1)[1]
        link = why.split('"', 1)[0].replace("&amp;", "&")
        assert (await client.get(f"/desk/promoter/explain?{link}")).status_code == 200


async def test_a_withdrawal_is_taken_back_before_it_is_confirmed(
    client: httpx.AsyncClient, market: Market
) -> None:
    market.opened.house.demo = True
    await _earn(market, "shop", 10_000)
    sign_in(client, market, market.shop)
    await market.ask(market.shop, "/v1/shop/funds/bankaccount/set", **ACCOUNT)
    form = fields((await client.get("/desk/shop/funds")).text, "/desk/shop/funds")
    asked = await client.post("/desk/shop/funds", data=form | {"yuan": "50"})
    place = asked.headers["location"]
    form = fields((await client.get(place)).text, place)
    await client.post(place, data=form)
    assert "已关闭" in (await client.get(place)).text
    assert "申请提现" in (await client.get("/desk/shop/funds")).text, "the day is free again"
    sign_in(client, market, market.promoter)
    other = place.replace("/desk/shop/", "/desk/promoter/")
    assert (await client.get(other)).status_code == 404


async def test_what_is_no_amount_is_said_in_a_sentence(
    client: httpx.AsyncClient, market: Market
) -> None:
    await market.ask(market.shop, "/v1/shop/funds/bankaccount/set", **ACCOUNT)
    sign_in(client, market, market.shop)
    form = fields((await client.get("/desk/shop/funds")).text, "/desk/shop/funds")
    for yuan in ("", "abc", "-1", "1e5", "1.234", "0"):
        refused = await client.post("/desk/shop/funds", data=form | {"yuan": yuan})
        assert refused.status_code == 400, yuan
        assert 'role="alert"' in refused.text


async def test_a_sharer_withdraws_and_confirms_with_the_phone_in_hand(
    client: httpx.AsyncClient, market: Market
) -> None:
    shop_id = market.shop.party_id
    async with calling(market.opened) as call:
        (sharer_id,) = await add_parties(call, [PartyDraft(PartyKind.SHARER, "小满")])
        await name_people(call, [(market.buyer.buyer_id, sharer_id)])
        own = Account(shop_id, AccountKind.SHARER, sharer_id)
        posting = Posting(Account(shop_id, AccountKind.CHANNEL), own, Fen(3_210))
        cause = Cause("test", call.take_id(Named.ENTRY))
        await ledger.post(call, [Entry(shop_id, cause, (posting,), call.at)])
    sign_in(client, market, market.buyer)
    place = "/sharing/funds/account"
    typed = {"number": "6225 8801 2345 6789", "address_code": "350100", "real_name": "林小满"}
    form = fields((await client.get(place)).text, place) | {"account_bank": "招商银行", **typed}
    assert (await client.post(place, data=form)).headers["location"] == "/sharing/funds"
    again = (await client.get(place)).text
    assert "户名必须是 林小满" in again
    assert "6225********6789" in again
    form = fields((await client.get("/sharing/funds")).text, "/sharing/funds")
    refused = await client.post("/sharing/funds", data=form | {"yuan": "40"})
    assert refused.status_code == 400
    asked = await client.post("/sharing/funds", data=form | {"yuan": "32.10"})
    phone = asked.headers["location"]
    form = fields((await client.get(phone)).text, phone)
    await client.post(phone, data=form | {"what": "scan"})
    await client.post(phone, data=form | {"what": "confirm"})
    await finish_work(market.opened)
    assert "已到账" in (await client.get("/sharing/funds")).text
