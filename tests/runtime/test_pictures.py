"""Whole addresses of pictures on the wire, paths inside."""

import json
from typing import Any, Final

import httpx
import pytest

from tests.market import Market
from tests.platform import ask, calling
from tongshang.modules.identity.api import add_app
from tongshang.runtime.pictures import home_of, inward, outward

FILE: Final = "a" * 64 + ".png"
PATH: Final = f"/media/{FILE}"
HOME: Final = "http://shop.test"


def test_only_strings_that_are_a_path_of_ours_become_addresses() -> None:
    said = {"img": PATH, "imgs": [PATH], "text": f'see "{PATH}"', "other": f"{PATH}?x"}
    told = json.loads(outward(json.dumps(said).encode(), HOME))
    assert told == said | {"img": HOME + PATH, "imgs": [HOME + PATH]}


@pytest.mark.parametrize("escaped", [False, True])
def test_addresses_of_ours_become_paths_and_others_stay(escaped: bool) -> None:
    said = {
        "a": HOME + PATH, "b": f"https://SHOP.test{PATH}", "c": f"https://evil.test{PATH}",
        "d": f"{HOME}/media/x.svg", "e": f'"{HOME}{PATH}"', "f": PATH,
        "g": f"http://shop.test@evil.test{PATH}",
    }  # fmt: skip
    body = json.dumps(said)
    if escaped:
        body = body.replace("/", "\\/")
    read = json.loads(inward(body.encode(), {"shop.test"}))
    assert read == said | {"a": PATH, "b": PATH}


def test_what_is_no_host_is_not_repeated() -> None:
    assert home_of("https", "shop.test:8443", HOME) == "https://shop.test:8443"
    for host in ("", 'a"b', "a b", "a/b"):
        assert home_of("https", host, HOME) == HOME


async def test_a_product_keeps_paths_and_is_told_with_addresses(
    client: httpx.AsyncClient, market: Market
) -> None:
    path = "/channels/ec/product/get"
    inside = json.loads((await _get(market))["product"])
    assert inside["head_imgs"][0].startswith("/media/")
    async with calling(market.opened) as call:
        app = await add_app(call, market.shop.party_id, "wx0123456789abcdef")
    secret = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
    token = (await client.get("/cgi-bin/token", params=secret)).json()["access_token"]
    asked = {"product_id": market.tea.product_id}
    answer = await client.post(path, params={"access_token": token}, json=asked)
    told = answer.json()["product"]
    assert told["head_imgs"] == [f"http://shop.test{url}" for url in inside["head_imgs"]]

    update = "/channels/ec/product/update"
    sheet = told | {"product_id": market.tea.product_id, "title": "武夷山大红袍 新包装"}
    done = (await client.post(update, params={"access_token": token}, json=sheet)).json()
    assert done["errcode"] == 0, done
    draft = json.loads((await _get(market, data_type=2))["edit_product"])
    assert draft["head_imgs"] == inside["head_imgs"]
    market.opened.house.address, market.opened.house.is_public = "https://shop.example", True
    answer = await client.post(path, params={"access_token": token}, json=asked)
    assert answer.json()["product"]["head_imgs"][0].startswith("https://shop.example/media/")


async def _get(market: Market, **more: Any) -> dict[str, bytes]:
    asked = {"product_id": market.tea.product_id, **more}
    found = await ask(market.opened, market.shop, "/channels/ec/product/get", **asked)
    documents = (getattr(found, name) for name in ("product", "edit_product"))
    told = (bytes(one) if one else b"" for one in documents)
    return dict(zip(("product", "edit_product"), told, strict=True))
