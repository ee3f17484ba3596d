"""A market with something in every room, programs with tokens, and a watch over what is written."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx

from tests.hostile.agencies import furnish_agencies
from tests.hostile.books import furnish_books
from tests.hostile.funding import furnish_funds
from tests.hostile.gifts import furnish_gifts
from tests.hostile.lives import furnish_lives
from tests.hostile.people import furnish_people
from tests.hostile.sellers import furnish_sellers
from tests.hostile.sharing import furnish_sharing
from tests.market import Market, build_market
from tests.platform import calling, finish_work
from tongshang.app import Opened, asgi, open_house
from tongshang.modules.identity.api import (
    BuyerDraft,
    PartyDraft,
    PartyKind,
    add_app,
    add_buyers,
    add_parties,
    find_buyers,
    get_party,
    open_session,
    shop_caller,
)
from tongshang.runtime.call import PROMOTER_SCOPES, SHOP_SCOPES, Scope
from tongshang.runtime.db import transaction
from tongshang.runtime.rpc import Endpoint

# Every row that is written is noted in the transaction that writes it: what was rolled back leaves
# no note, and a note is found with one short statement whatever the number of tables.
_WATCH: Final = """
    create schema watch;
    create schema kept;
    create table watch.notes (what text not null);
    create function watch.note() returns trigger language plpgsql as $$
    begin
        insert into watch.notes values (lower(tg_op) || ' ' || tg_table_name);
        return null;
    end $$;
    do $$
    declare name regclass;
    begin
        for name in select oid from pg_class
                    where relkind = 'r' and relnamespace = 'public'::regnamespace
        loop
            execute format('create trigger watched after insert or update or delete on %s '
                           'for each row execute function watch.note()', name);
        end loop;
    end $$;
"""
_UNWATCH: Final = "drop schema if exists watch cascade; drop schema if exists kept cascade"
_TABLES: Final = (
    "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
)


@contextlib.asynccontextmanager
async def watching(dsn: str) -> AsyncIterator[None]:
    """While the block lasts, what is written in the database is noted."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_UNWATCH + ";" + _WATCH)
        yield
    finally:
        await connection.execute(_UNWATCH)
        await connection.close()


@dataclass(slots=True)
class Stage:
    """The market, who calls with which token, and ids of whatever can be named in a request."""

    market: Market
    client: httpx.AsyncClient
    tokens: dict[str, str]
    appid: str
    secret: str
    orders: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    appids: dict[str, str] = field(default_factory=dict)  # no secret of anybody's
    pictures: list[str] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    async def send(
        self, endpoint: Endpoint, who: str, *, content: bytes = b"", query: str = "", **headers: str
    ) -> httpx.Response:
        """Call an endpoint over HTTP with the token of `who`."""
        token = self.tokens.get(who, "")
        url = endpoint.path
        if endpoint.is_wire:
            query = f"{query}&access_token={token}" if query else f"access_token={token}"
        elif token:
            headers["Authorization"] = f"Bearer {token}"
        if query:
            url = f"{url}?{query}"
        named = {name.replace("_", "-").encode(): text.encode() for name, text in headers.items()}
        body = content if endpoint.method == "POST" else None
        return await self.client.request(endpoint.method, url, content=body, headers=named)

    async def written(self) -> list[str]:
        """What was written since this was last asked: verbs and tables."""
        rows = await self.market.opened.house.pool.fetch("delete from watch.notes returning what")
        new = {row["what"] for row in rows}
        self.touched |= new
        return sorted(new)

    async def keep(self) -> None:
        """Remember how everything is now."""
        async with transaction(self.market.opened.house.pool) as tx:
            for row in await tx.fetch(_TABLES):
                await tx.execute(f"create table kept.{row[0]} as table public.{row[0]}")
            await tx.execute("delete from watch.notes")

    async def restore(self) -> None:
        """Make everything as it was kept."""
        await self.written()
        async with transaction(self.market.opened.house.pool) as tx:
            # As a replica the session passes over the triggers that note what is written.
            await tx.execute("set local session_replication_role = replica")
            for table in {what.split()[1] for what in self.touched}:
                await tx.execute(f"delete from public.{table}")
                await tx.execute(f"insert into public.{table} select * from kept.{table}")
        self.touched.clear()


def caller_of(endpoint: Endpoint) -> str:
    """Who may call an endpoint, where nobody need say who it is: nobody."""
    if endpoint.needs is Scope.PUBLIC:
        return "nobody"
    if endpoint.needs in SHOP_SCOPES:
        return "shop"
    if endpoint.needs in PROMOTER_SCOPES:
        return "promoter"
    return str(endpoint.needs.value)


@contextlib.asynccontextmanager
async def open_stage(dsn: str, home: Path) -> AsyncIterator[Stage]:
    """A demo's platform on a clean database: only there all endpoints exist."""
    async with open_house(dsn, home, demo=True) as opened:
        transport = httpx.ASGITransport(app=asgi(opened.house))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
            yield await furnish(opened, client)


async def furnish(opened: Opened, client: httpx.AsyncClient) -> Stage:
    """Open the market, and trade until every kind of thing is there."""
    market = await build_market(opened)
    stage = await _programs(market, client)
    await _trade(stage)
    await finish_work(opened)
    await _name(stage)
    await _write(stage)
    await _search(stage)
    await _link(stage)
    await _invite(stage)
    await furnish_people(stage)
    await furnish_gifts(stage)
    await furnish_lives(stage)
    await furnish_sellers(stage)
    await furnish_sharing(stage)
    await furnish_agencies(stage)
    await furnish_funds(stage)
    await furnish_books(stage)
    return stage


async def _write(stage: Stage) -> None:
    """Contents of a promoter and of a shop in every state, and a product barred from ads."""
    market = stage.market
    later = (market.opened.house.clock.now() + timedelta(days=30)).isoformat()
    blocks = [{"kind": "paragraph", "text": "茶"}]
    for audience, caller in (("promoter", market.promoter), ("shop", market.shop)):
        for state, more in (
            ("visible", {}), ("draft", {"is_draft": True}), ("scheduled", {"publish_at": later}),
        ):  # fmt: skip
            path = f"/v1/{audience}/content/add"
            added = await market.ask(caller, path, title="茶", blocks=blocks, **more)
            stage.contents[f"{audience} {state}"] = added.content_id
    await market.ask(
        market.operator, "/v1/platform/restriction/add", product_id=market.tea.product_id,
        scenes=[5], source=1, reason="试一试",
    )  # fmt: skip


async def _invite(stage: Stage) -> None:
    """Promoters who are invited, at work with a shop, parted from it, and never asked."""
    market, path = stage.market, "/channels/ec/league/promoter"
    async with calling(market.opened) as call:
        some = [PartyDraft(PartyKind.PROMOTER, name) for name in ("未邀", "别过")]
        free, parted = await add_parties(call, [*some])
        (partner_id,) = await add_parties(call, [PartyDraft(PartyKind.SHOP, "老搭档")])
        partner = shop_caller(await get_party(call.tx, partner_id))
    finder = {"finder_id": stage.ids["finder_id"]}
    await market.ask(market.shop, f"{path}/add", "", **finder)
    await market.ask(market.shop, f"{path}/add", "", finder_id=str(parted))
    await market.ask(market.shop, f"{path}/upd", "", finder_id=str(parted), type=1)
    await market.ask(partner, f"{path}/add", "", **finder)
    added = await market.ask(
        market.shop, "/channels/ec/league/item/headsupplier/batchadd", "",
        headsupplier_appid=stage.ids["headsupplier_appid"],
        list=[{"product_id": market.cup.product_id, "ratio": 5, "service_ratio": 5}],
    )  # fmt: skip
    stage.ids["agency_plan"] = added.result_info_list[0].info_id
    await market.ask(market.promoter, "/v1/promoter/invitation/accept", "", shop_id=str(partner_id))
    stage.ids |= {
        "free_finder": str(free), "parted_finder": str(parted), "partner_id": str(partner_id)
    }  # fmt: skip


async def _search(stage: Stage) -> None:
    """A group of synonyms of the operator's."""
    market, path = stage.market, "/v1/platform/search/synonym/add"
    added = await market.ask(market.operator, path, words=["岩茶", "肉桂"])
    stage.ids["synonyms"] = added.group_id


async def _link(stage: Stage) -> None:
    """A buyer's share with its links, and an openlink of the shop's."""
    market = stage.market
    product = {"product_id": market.tea.product_id}
    made = await market.ask(market.buyer, "/v1/buyer/share/make", "", **product)
    path = "/channels/ec/product/scheme/get"
    scheme = await market.ask(market.shop, path, "", from_appid="wx1", expire="60", **product)
    stage.ids |= {
        "share_id": made.share_id,
        "code": made.forms.link_code,
        "taglink": made.forms.taglink,
    }
    stage.ids["openlink"] = scheme.openlink.rsplit("/", 1)[1]


async def _programs(market: Market, client: httpx.AsyncClient) -> Stage:
    people = {
        "shop": market.shop.party_id,
        "promoter": market.promoter.party_id,
        "operator": market.operator.party_id,
    }
    async with calling(market.opened) as call:
        others = [PartyDraft(PartyKind.SHOP, "别家"), PartyDraft(PartyKind.PROMOTER, "别人")]
        people["othershop"], people["otherpromoter"] = await add_parties(call, others)
        agencies = [
            PartyDraft(PartyKind.AGENCY, "好物机构"),
            PartyDraft(PartyKind.AGENCY, "别的机构"),
        ]
        people["agency"], people["otheragency"] = await add_parties(call, agencies)
        agency = await get_party(call.tx, people["agency"])
        (other_id,) = await add_buyers(call, [BuyerDraft("路人")])
        apps = {
            who: await add_app(call, party_id, f"wxhostile{who}")
            for who, party_id in people.items()
        }
        tokens = {
            "buyer": await open_session(call, market.buyer.buyer_id),
            "otherbuyer": await open_session(call, other_id),
        }
    for who, app in apps.items():
        body = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
        answer = (await client.post("/cgi-bin/stable_token", json=body)).json()
        tokens[who] = answer["access_token"]
    stage = Stage(market, client, tokens, apps["shop"].appid, apps["shop"].secret)
    stage.ids |= {"headsupplier_appid": agency.appid, "finder_id": str(market.promoter.party_id)}
    return stage


async def _trade(stage: Stage) -> None:
    market, orders = stage.market, stage.orders
    card = await market.card(market.tea)
    for name in ("placed", "paid", "shipped", "received", "disputed"):
        orders[name] = await market.place(market.tea, count=2, card=card)
    charge = await market.ask(market.buyer, "/v1/buyer/order/pay", order_id=orders["placed"])
    stage.ids["prepay_id"] = charge.prepay_id
    for name in ("paid", "shipped", "received", "disputed"):
        await market.pay(orders[name])
    for name in ("shipped", "received", "disputed"):
        await market.ship(orders[name])
    await market.receive(orders["received"])
    sku_id = market.tea.sku_ids[0]
    path = "/v1/buyer/cart/add"
    await market.ask(market.buyer, path, shop_id=market.shop_id, sku_id=sku_id, count=1)
    path = "/v1/buyer/aftersale/apply"
    case = await market.ask(market.buyer, path, order_id=orders["disputed"], sku_id=sku_id, count=1)
    stage.ids["aftersale_id"] = stage.ids["after_sale_order_id"] = case.aftersale_id
    stage.ids["card"] = card


async def _name(stage: Stage) -> None:
    market = stage.market
    async with calling(market.opened) as call:
        flow = await call.tx.fetchval("select max(flow_id) from funds_flows")
        template = await call.tx.fetchval("select template_id from freight_templates")
        buyer_id = market.buyer.buyer_id
        buyer = (await find_buyers(call.tx, [buyer_id]))[buyer_id]
    shown = await market.ask(
        market.buyer, "/v1/buyer/product/get", product_id=market.tea.product_id
    )
    stage.pictures = list(shown.pictures)
    stage.ids |= {
        "product_id": market.tea.product_id,
        "sku_id": market.tea.sku_ids[0],
        "shop_id": market.shop_id,
        "address_id": market.address_id,
        "content_id": market.content_id,
        "promoter_id": str(market.promoter.party_id),
        "party_id": str(market.promoter.party_id),
        "item_id": market.tea.product_id,
        "template_id": str(template),
        "flow_id": str(flow),
        "openid": buyer.openid,
    }


def answered(response: httpx.Response) -> tuple[int, dict[str, Any]]:
    """The code of an answer (0: done), and its body."""
    body = response.json()
    return int(body.get("errcode", body.get("code", 0)) or 0), body
