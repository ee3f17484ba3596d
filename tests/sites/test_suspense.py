"""The operator holds a promoter's money and frees it, on a page."""

import httpx

from tests.market import Market
from tests.sites.test_frame import token_in
from tests.sites.test_storefront import sign_in

HERE = "/desk/platform/suspense"


async def test_a_promoter_is_frozen_and_freed(client: httpx.AsyncClient, market: Market) -> None:
    sign_in(client, market, market.operator)
    page = (await client.get(HERE)).text
    assert "没有冻结或停用的带货方" in page
    form = {"form_token": token_in(page), "party_id": str(market.promoter.party_id)}
    refused = await client.post(HERE, data=form | {"standing": "frozen", "reason": ""})
    assert refused.status_code == 400
    asked = await client.post(HERE, data=form | {"standing": "frozen", "reason": "刷单核查"})
    assert asked.headers["location"] == f"{HERE}?done=set"
    page = (await client.get(f"{HERE}?party={market.promoter.party_id}")).text
    for said in ("阿宁", "刷单核查", "已冻结", "现在没有暂存的订单"):
        assert said in page, said
    freed = {"form_token": token_in(page), "party_id": form["party_id"]}
    assert (await client.post(f"{HERE}/forfeit", data=freed)).status_code == 400
    await client.post(f"{HERE}/release", data=freed)
    assert "没有冻结或停用的带货方" in (await client.get(HERE)).text
