"""Another shop, buyer or promoter names what is the first one's: there is no such thing for them.

Not even a no tells a stranger that the thing exists: what is another's and what nobody has are
answered alike.
"""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest
from msgspec import inspect

from tests.hostile.good import encoded, good
from tests.hostile.stage import Stage, answered, caller_of
from tongshang.app import ROOMS
from tongshang.kernel.refusal import Kind, Refusal
from tongshang.runtime.rpc import Endpoint

# What lists answer to a stranger: this field, empty.
EMPTY: Final = {
    "/channels/ec/league/item/list/get": "items",
    "/channels/ec/order/search": "orders",
    "/channels/ec/funds/getfundsflowlist": "flow_ids",
    "/channels/ec/funds/listorderflow": "order_flow_list",
    "/channels/ec/league/funds/getfundsflowlist": "flow_ids",
    "/channels/ec/league/headsupplier/funds/flowlist/get": "flow_ids",
    "/v1/buyer/order/entries": "orders",
    "/channels/ec/promoter/get_promote_product_list": "product_list",
    "/v1/buyer/gifts/cards": "gifts",
    "/v1/buyer/packets/look": "looks",
    "/v1/shop/gifts/orders": "gifts",
    "/channels/ec/order/presentorderlist/get": "present_order_list",
    "/channels/ec/talent/get_order_list": "order_list",
    "/channels/ec/window/product/list/get": "products",
    "/channels/ec/league/headsupplier/subscription/getsubscribe": "subscribe_info_list",
    "/channels/ec/league/headsupplier/order/list/get": "list",
}
# Where a foreign id is no secret, or names nothing that belongs to anybody.
OPEN: Final = {
    "/channels/ec/product/add": "its ids are the caller's own words, or categories; by"
    " a template that is not the shop's, its goods ship free",
    "/channels/ec/merchant/addfreighttemplate": "a new one: its ids name express companies",
    "/channels/ec/league/item/batchadd": "answers product by product, shown below",
    "/channels/ec/league/item/headsupplier/batchadd": "likewise",
    "/v1/shop/agencyplan/open": "likewise",
    "/channels/ec/league/headsupplier/selectionproducts/list/get": "the agencies' square",
    "/channels/ec/league/headsupplier/productdetail/get": "likewise",
    **dict.fromkeys(
        (f"/channels/ec/league/headsupplier/item/{name}" for name in ("get", "upd")),
        "an appid is no secret, and says which shop; others' goods are not found, as"
        " tests/modules/league shows",
    ),
    "/channels/ec/window/product/add": "a promoter may carry what is offered to all",
    "/channels/ec/league/headsupplier/subscription/subscribe": "of what is on the square",
    "/channels/ec/league/headsupplier/subscription/unsubscribe": "drops what is one's own",
    **dict.fromkeys(
        (
            f"/channels/ec/league/headsupplier/{name}"
            for name in (
                "windowauth/get",
                "windowauth/status/get",
                "window/add",
                "window/getall",
                "window/getdetail",
                "window/remove",
            )
        ),
        "any promoter may be asked for his window; without it all is forbidden, as"
        " tests/modules/league shows",
    ),
    "/v1/promoter/plan/list": "the promoters' square",
    "/v1/promoter/window/add": "a promoter may carry what is offered to all",
    "/v1/buyer/window/list": "windows are everybody's",
    "/channels/ec/league/promoter/add": "any promoter may be invited",
    "/channels/ec/league/promoter/get": "what a promoter is to the caller: to others, nothing",
    "/channels/ec/funds/setbankacct": "its id names a bank's branch",
    **dict.fromkeys(
        (f"/v1/{who}/funds/bankaccount/set" for who in ("shop", "promoter", "agency")),
        "likewise",
    ),
    "/v1/buyer/product/get": "the shop window",
    "/v1/buyer/product/list": "the shop window",
    "/v1/buyer/feed/why": "what the feed shows, it explains to everybody",
    "/v1/buyer/follow/set": "whoever is here may be followed",
    "/v1/buyer/saved/set": "what is shown to everybody may be kept",
    "/v1/buyer/saved/get": "whether one keeps it oneself",
    "/v1/buyer/history/add": "what is shown to everybody may be looked at",
    "/v1/buyer/history/clear": "one's own history; what is not in it is none",
    "/v1/buyer/home/get": "homes are everybody's",
    "/v1/buyer/home/contents": "homes are everybody's",
    "/v1/buyer/home/goods": "homes are everybody's",
    "/v1/buyer/home/about": "homes are everybody's",
    "/v1/buyer/product/around": "the shop window",
    "/v1/buyer/content/list": "contents are everybody's",
    "/v1/buyer/content/get": "contents are everybody's",
    "/v1/promoter/content/add": "a promoter may carry any shop's products",
    "/channels/ec/service/product/getcardinfo": "likewise",
    "/channels/ec/product/getproductrestrictedinfo": "leaves out what is another's, as"
    " tests/modules/surfaces shows",
    "/v1/platform/restriction/add": "the operator bars any shop's products",
    "/v1/platform/restriction/lift": "likewise",
    "/v1/platform/restriction/list": "likewise",
    "/v1/buyer/cart/add": "a buyer may buy of any shop",
    "/v1/buyer/flash/get": "the shop window",
    **dict.fromkeys(
        (
            f"/v1/buyer/live/{name}"
            for name in (
                "list",
                "get",
                "stream",
                "book",
                "unbook",
                "enter",
                "comment",
                "like",
                "comments",
                "replay",
            )
        ),
        "live rooms are everybody's",
    ),
    "/v1/buyer/live/reminders/see": "one's own reminders; of what was not booked there is none",
    "/v1/promoter/live/mute": "a host mutes whom he likes, in his own rooms",
    "/v1/promoter/live/unmute": "likewise",
    "/channels/ec/basics/shop/h5url/get": "a shop's link to itself; the ids are WeCom's",
    "/channels/ec/basics/shop/taglink/get": "likewise",
    "/channels/ec/basics/shop/qrcode/get": "likewise",
    "/v1/buyer/link/make": "what is open to all may be linked to by all",
    "/v1/promoter/link/make": "likewise",
    "/v1/buyer/share/make": "likewise",
    "/v1/buyer/embed/get": "likewise shown",
    "/v1/buyer/cart/remove": "takes from one's own cart; what is not in it stays where it is",
    "/v1/explain": "asked by everybody of their own; tests/modules/statements shows strangers",
    "/v1/platform/reconciliation/resolve": "the platform's own",
    "/v1/platform/report/rule": "the operator rules on anybody's report",
    "/v1/platform/mute/lift": "likewise",
    "/v1/buyer/search": "the shop window",
    "/v1/platform/search/synonym/remove": "the platform's own",
    "/v1/buyer/gifts/claim": "whoever has the link may; to an address of his own",
    "/v1/buyer/gifts/make": "a buyer may give goods of any shop",
    "/v1/buyer/gifts/price": "likewise",
    "/v1/buyer/gifts/wish/add": "a buyer may wish goods of any shop",
    "/v1/buyer/gifts/pass": "gifts are not transferable, whoever asks",
    "/v1/shop/gifts/chain": "of the shop's own gifts only",
    "/v1/platform/gifts/donations": "the operator reads of any charity",
    "/v1/platform/gifts/category/set": "categories are everybody's",
    "/v1/event/batch": "what is shown to all is seen by all; what is not there counts as rejected",
    **dict.fromkeys(
        (f"/v1/platform/suspense/{name}" for name in ("get", "set", "release", "forfeit")),
        "the operator holds and frees anybody's money",
    ),
    "/channels/ec/cooperation/invitation/qrcode/generate": "a shop invites whom it likes",
    "/v1/sandbox/gateway/fault": "on a demo, anybody may break the gateway",
}


def _named(kind: inspect.Type, name: str = "") -> Iterator[str]:
    """The names of all fields of a request, at any depth."""
    match kind:
        case inspect.StructType() | inspect.DataclassType():
            for one in kind.fields:
                yield one.encode_name
                yield from _named(one.type)
        case inspect.UnionType():
            for one_of in kind.types:
                yield from _named(one_of)
        case inspect.ListType() | inspect.VarTupleType():
            yield from _named(kind.item_type)
        case inspect.Metadata():
            yield from _named(kind.type)
        case _:
            return


def _names_ids(endpoint: Endpoint) -> bool:
    names = _named(inspect.type_info(endpoint.takes))
    return any(name.endswith(("_id", "_ids")) for name in names)


NAMING: Final = [one for room in ROOMS for one in room.all if _names_ids(one)]
CLOSED: Final = [one for one in NAMING if one.path not in OPEN | EMPTY.keys()]
by_path = pytest.mark.parametrize("endpoint", CLOSED, ids=lambda one: one.path)


async def _ask(stage: Stage, endpoint: Endpoint, request: dict[str, Any]) -> httpx.Response:
    query = "&".join(f"{name}={quote(str(value))}" for name, value in request.items())
    return await stage.send(
        endpoint, f"other{caller_of(endpoint)}", content=encoded(request),
        query=query if endpoint.method == "GET" else "",
    )  # fmt: skip


def _private(stage: Stage, endpoint: Endpoint) -> set[str]:
    """The ids that only their owner knows; shops know no goods but their own."""
    shown = {"openid", "promoter_id", "shop_id", "card"}
    if not endpoint.is_wire:
        shown |= {"product_id", "sku_id"}
    mine = {value for name, value in stage.ids.items() if name not in shown}
    return mine | set(stage.orders.values()) | set(stage.contents.values())


def _nobody_s(value: Any, private: set[str]) -> Any:
    """The request with ids that nobody has."""
    if isinstance(value, dict):
        return {name: _nobody_s(part, private) for name, part in value.items()}
    if isinstance(value, list):
        return [_nobody_s(part, private) for part in value]
    if value not in private:
        return value
    return "3999999999999999999" if str(value).isdecimal() else "0" * len(value)


@by_path
async def test_what_is_another_s_is_not_there(endpoint: Endpoint, stage: Stage) -> None:
    request = good(stage, endpoint)
    code, body = answered(await _ask(stage, endpoint, request))
    assert code, f"a stranger got {body}"
    assert Refusal.taken[code].kind is Kind.NOT_FOUND, body
    nobody_s = _nobody_s(request, _private(stage, endpoint))
    nothing, _ = answered(await _ask(stage, endpoint, nobody_s))
    assert nothing == code, "told from what nobody has"
    assert await stage.written() == []


@pytest.mark.parametrize("path", EMPTY)
async def test_lists_show_a_stranger_nothing(path: str, stage: Stage) -> None:
    endpoint = stage.market.opened.house.registry.find(path)
    code, body = answered(await _ask(stage, endpoint, good(stage, endpoint)))
    assert code == 0
    assert body[EMPTY[path]] == []


async def test_a_promoter_s_share_is_offered_for_one_s_own_products_only(stage: Stage) -> None:
    endpoint = stage.market.opened.house.registry.find("/channels/ec/league/item/batchadd")
    _, body = answered(await _ask(stage, endpoint, good(stage, endpoint)))
    assert [one["errcode"] for one in body["result_info_list"]] == [10023103]
    assert await stage.written() == []


async def test_taking_another_s_sku_out_of_one_s_cart_takes_nothing(stage: Stage) -> None:
    endpoint = stage.market.opened.house.registry.find("/v1/buyer/cart/remove")
    await _ask(stage, endpoint, good(stage, endpoint))
    assert await stage.written() == []


async def test_the_journal_of_pushes_is_the_shop_s_own(stage: Stage) -> None:
    registry = stage.market.opened.house.registry
    journal, replay = registry.find("/v1/shop/push/list"), registry.find("/v1/shop/push/replay")
    assert (await stage.send(journal, "shop")).json()["pushes"]
    assert (await stage.send(journal, "othershop")).json()["pushes"] == []
    answer = await stage.send(replay, "othershop", content=b'{"seq": 1}')
    assert answer.status_code in {Kind.NOT_FOUND, Kind.CONFLICT}
    assert await stage.written() == []


async def test_a_stranger_s_own_lists_hold_nothing_of_the_first_one_s(stage: Stage) -> None:
    registry = stage.market.opened.house.registry
    for path, who, name in (
        ("/v1/buyer/order/list", "otherbuyer", "orders"),
        ("/v1/buyer/address/list", "otherbuyer", "addresses"),
        ("/v1/buyer/cart/list", "otherbuyer", "shops"),
        ("/v1/buyer/aftersale/list", "otherbuyer", "aftersales"),
        ("/v1/promoter/order/list", "otherpromoter", "orders"),
        ("/v1/agency/commission/list", "otheragency", "orders"),
        ("/channels/ec/product/list/get", "othershop", "product_ids"),
        ("/channels/ec/merchant/getfreighttemplatelist", "othershop", "template_id_list"),
    ):
        endpoint = registry.find(path)
        first = (await stage.send(endpoint, who.removeprefix("other"), content=b"{}")).json()
        other = (await stage.send(endpoint, who, content=b"{}")).json()
        assert first[name], path
        assert other[name] == [], path


async def test_an_order_listed_by_its_day_is_listed_to_its_shop(stage: Stage) -> None:
    endpoint = stage.market.opened.house.registry.find("/channels/ec/order/list/get")
    request = {**good(stage, endpoint), "openid": "", "next_key": "", "page_size": 100}
    now = int(stage.market.opened.house.clock.now().timestamp())
    request["create_time_range"] = {"start_time": now - 3_600, "end_time": now + 60}
    mine = (await stage.send(endpoint, "shop", content=encoded(request))).json()
    other = (await stage.send(endpoint, "othershop", content=encoded(request))).json()
    pool, shop_id = stage.market.opened.house.pool, int(stage.market.shop_id)
    kept = await pool.fetch("select order_id from orders where shop_id = $1", shop_id)
    assert set(mine["order_id_list"]) == {str(row["order_id"]) for row in kept}
    assert set(mine["order_id_list"]) > set(stage.orders.values())
    assert other["order_id_list"] == []


def test_every_endpoint_that_takes_an_id_is_tried_or_says_why_not() -> None:
    paths = {one.path for one in NAMING}
    assert paths >= OPEN.keys() | EMPTY.keys(), "the lists name only what there is"
    assert len(CLOSED) + len(OPEN) + len(EMPTY) == len(paths)
    assert all(caller_of(one) != "nobody" for one in CLOSED), "a public one says why it is open"
