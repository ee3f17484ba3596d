"""Search over 200,000 products: building the index, what a search costs, searches over HTTP."""

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from bench.client import Plan, load, request
from bench.results import Line, Rates, rate_line
from bench.search_titles import THINGS, Title, shop_names, titles
from bench.stage import Stage
from tongshang.app import Opened, open_house
from tongshang.kernel.ids import Named
from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog import copies, domain, store
from tongshang.modules.catalog.api import (
    Attr,
    Category,
    CatRef,
    DescInfo,
    ExpressInfo,
    ProductSheet,
    ProductStatus,
    SkuSheet,
)
from tongshang.modules.catalog.domain import Product
from tongshang.modules.catalog.machine import DraftStatus
from tongshang.modules.compass import api as compass
from tongshang.modules.compass.api import EventDraft, EventKind
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.inventory import api as inventory
from tongshang.modules.inventory.api import StockDraft
from tongshang.modules.search.api import rebuild
from tongshang.modules.search.domain import sounds
from tongshang.runtime.call import NOBODY, Call, Caller, House
from tongshang.runtime.db import transaction
from tongshang.runtime.rpc import perform

PRODUCTS: Final = 200_000
SHOPS: Final = 2_000
BUILD_SECONDS: Final = 300
SERVER_MS: Final = 20
CLIENTS: Final = 16
QUERIES: Final = 2_000
FOLLOW_SECONDS: Final = 2
_STEP: Final = 1_000
_ROOT: Final = 8_000
_SEED: Final = 20_261_124
_PATH: Final = "/v1/buyer/search"
_SIZE: Final = """
    select (pg_total_relation_size('search_documents')
            + pg_total_relation_size('search_terms')) / 1024 / 1024
"""
_INDEX_SIZE: Final = """
    select (pg_relation_size('search_goods') + pg_relation_size('search_others')) / 1024 / 1024
"""
_TABLES: Final = ("products", "product_copies", "shelves", "stocks", "search_documents",
                  "search_terms")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """A search as somebody asks it, and what sort of search it is."""

    sort: str
    fields: dict[str, Any]


async def measure(stage: Stage, seconds: float, turns: int, tell: Callable[[Line], None]) -> None:
    """Fill the shops, build the index, then search in this process and over HTTP."""
    async with open_house(stage.dsn, Path("/nonexistent")) as opened:
        made = await _fill(opened.house)
        tell(await _built(stage, opened, made))
        tell(Line("  documents and words with all indexes", f"{await stage.value(_SIZE)} MB"))
        tell(Line("  of that the indexes of lexemes", f"{await stage.value(_INDEX_SIZE)} MB"))
        await _analyze(opened)
        questions = list(_questions(made))
        for line in await _answered(opened.house, questions):
            tell(line)
    rates = Rates(f"searches over HTTP, {CLIENTS} at once")
    suggestions = Rates("suggestions over HTTP")
    people = [person.token for person in stage.market.people]
    for _ in range(turns):
        for told, path, asked in (
            (rates, _PATH, [one.fields for one in questions]),
            (suggestions, f"{_PATH}/suggest", [{"q": one.fields["q"][:3]} for one in questions]),
        ):
            sent = [
                request("GET", f"{path}?{urlencode(fields)}", token=token)
                for fields, token in zip(asked, itertools.cycle(people), strict=False)
            ]
            seen = await asyncio.to_thread(load, Plan(stage.port, CLIENTS, sent, seconds=seconds))
            assert not seen.refused, seen.refused
            told.add(seen.rate, seen.after_ms(0.5), seen.after_ms(0.99))
    tell(rate_line(rates))
    tell(rate_line(suggestions))
    tell(await _followed(stage))


# --- the shops ----------------------------------------------------------------------------------


async def _fill(house: House) -> list[Title]:
    """Products on sale, as their shops would have put them there: by the stores, for the time's
    sake, with sales as compass knows them.
    """
    made = list(titles(PRODUCTS, SHOPS))
    leaves = [Category(_ROOT + n, _ROOT, 2, name) for n, name in enumerate(THINGS, 1)]
    async with transaction(house.pool) as tx:
        call = Call(tx, house.clock.now(), NOBODY, house)
        await catalog.add_categories(call, [Category(_ROOT, 0, 1, "全部", is_leaf=False), *leaves])
        drafts = [PartyDraft(PartyKind.SHOP, name) for name in shop_names(SHOPS)]
        shop_ids = await identity.add_parties(call, drafts)
    for begin in range(0, len(made), _STEP):
        async with transaction(house.pool) as tx:
            call = Call(tx, house.clock.now(), NOBODY, house)
            await _sell(call, made[begin : begin + _STEP], shop_ids)
    async with transaction(house.pool) as tx:
        await compass.roll_up(Call(tx, house.clock.now(), NOBODY, house))
    return made


async def _sell(call: Call, some: Sequence[Title], shop_ids: Sequence[int]) -> None:
    ids = call.take_ids(Named.PRODUCT, len(some))
    skus = call.take_ids(Named.SKU, len(some))
    products: list[Product] = []
    sheets: dict[tuple[int, int], ProductSheet] = {}
    for title, product_id, sku_id in zip(some, ids, skus, strict=True):
        sheet = _sheet(title, sku_id)
        product = Product(
            shop_id=shop_ids[title.shop],
            product_id=product_id,
            status=ProductStatus.LISTED,
            draft_status=DraftStatus.PASSED,
            out_product_id="",
            created_at=call.at,
            shown=domain.shown(sheet),
        )
        products.append(product)
        sheets[product.key] = sheet
    await store.save_products(call.tx, products)
    await store.add_owners(call.tx, products)
    bodies = {one.key: copies.pack(one, sheets[one.key], call.at) for one in products}
    await store.save_copies(call.tx, 1, bodies)
    await store.save_skus(call.tx, sheets)
    await store.shelve(call.tx, {key: sheet.path for key, sheet in sheets.items()})
    await inventory.open_stocks(
        call,
        [
            StockDraft(key[0], sheet.skus[0].sku_id, key[1], 0 if key[1] % 19 == 0 else 50)
            for key, sheet in sheets.items()
        ],
    )
    paid = [
        EventDraft(call.at, EventKind.PAY, shop_id=one.shop_id, product_id=one.product_id,
                   count=title.sold)
        for one, title in zip(products, some, strict=True)
        if title.sold
    ]  # fmt: skip
    await compass.record(call, paid)


def _sheet(title: Title, sku_id: int) -> ProductSheet:
    pictures = tuple(f"/media/{sku_id:060x}{place:04x}.png" for place in range(3))
    return ProductSheet(
        title=title.title,
        short_title=title.title.split(maxsplit=1)[0][:20],
        head_imgs=pictures,
        desc_info=DescInfo(pictures[:1], "好东西，用得久。"),
        attrs=(Attr("适用", "家用"),),
        skus=(SkuSheet(sale_price=title.price_fen, sku_id=sku_id),),
        cats_v2=(CatRef(_ROOT), CatRef(_ROOT + 1 + title.category)),
        express_info=ExpressInfo(0 if title.category % 3 else 1),
    )


async def _built(stage: Stage, opened: Opened, made: Sequence[Title]) -> Line:
    begun = time.monotonic()
    count = await rebuild(opened.house, lambda _: None)
    took = time.monotonic() - begun
    line = Line(f"index of {count:,} documents built", f"{took:.0f} s")
    line.goal, line.kept = f"<= {BUILD_SECONDS} s", took <= BUILD_SECONDS and count >= len(made)
    return line


async def _analyze(opened: Opened) -> None:
    """What the server does by itself after a while."""
    for table in _TABLES:
        await opened.house.pool.execute(f"vacuum analyze {table}")


# --- questions ----------------------------------------------------------------------------------


_FREQUENT: Final = ("大容量", "新款", "不锈钢", "便携", "家用", "可爱", "静音", "500ml", "ins风")
_ORDERS: Final = ("sales", "newest", "cheapest", "dearest")
# How often each sort of search is asked, in percent.
_MIX: Final = {
    "a thing": 30,
    "one character": 10,
    "a very frequent word": 10,
    "two words": 12,
    "part of a title": 6,
    "pinyin": 8,
    "initials": 6,
    "a slip": 5,
    "filtered": 7,
    "in another order": 6,
}


def _questions(made: Sequence[Title]) -> Iterable[Question]:
    """Searches as they are mixed: most by a thing's name, some of each other sort."""
    chance = random.Random(_SEED)
    things = [thing for some in THINGS.values() for thing in some.split()]
    for sort in chance.choices(list(_MIX), list(_MIX.values()), k=QUERIES):
        title, thing = chance.choice(made).title, chance.choice(things)
        frequent = chance.choice(_FREQUENT)
        either = {"q": chance.choice((thing, frequent))}
        narrow = (
            {"price_from_fen": 2_000, "price_to_fen": 9_000},
            {"cat_id": _ROOT + 1 + chance.randrange(len(THINGS))},
        )
        fields: dict[str, dict[str, Any]] = {
            "a thing": {"q": thing},
            "one character": {"q": chance.choice(thing)},
            "a very frequent word": {"q": frequent},
            "two words": {"q": f"{frequent} {thing}"},
            "part of a title": {"q": max(title.split(), key=len)[:12]},
            "pinyin": {"q": sounds.pinyin(thing)},
            "initials": {"q": sounds.heard(thing)[1]},
            "a slip": {"q": _slip(chance, sounds.pinyin(thing))},
            "filtered": either | {"in_stock": "true"} | chance.choice(narrow),
            "in another order": either | {"sort": chance.choice(_ORDERS), "tab": "product"},
        }
        yield Question(sort, fields[sort])


def _slip(chance: random.Random, sound: str) -> str:
    at = chance.randrange(1, len(sound) - 1)
    return sound[:at] + sound[at + 1] + sound[at] + sound[at + 2 :]


async def _answered(house: House, questions: Sequence[Question]) -> list[Line]:
    """Each asked once, alone; how long its answer took, from the request to the answer's bytes."""
    endpoint = house.registry.find(_PATH)
    took: dict[str, list[float]] = {}
    slow: list[tuple[float, str]] = []
    for turn in ("warm", "counts"):
        for number, one in enumerate(questions[:300] if turn == "warm" else questions):
            caller = Caller(f"bench {turn} {number // 50}")
            asked = msgspec.convert(one.fields, endpoint.takes, strict=False)
            begun = time.perf_counter()
            msgspec.json.encode(await perform(house, endpoint, caller, asked))
            if turn == "counts":
                took.setdefault(one.sort, []).append((time.perf_counter() - begun) * 1000)
                slow.append((took[one.sort][-1], str(one.fields)))
    every = sorted(itertools.chain.from_iterable(took.values()))
    lines = [_times("a search in the server, p50/p95/p99", every)]
    lines[0].goal, lines[0].kept = f"{SERVER_MS} ms", _at(every, 0.99) <= SERVER_MS
    lines += [_times(f"  {sort}", sorted(some)) for sort, some in sorted(took.items())]
    return lines


def _times(name: str, some: Sequence[float]) -> Line:
    told = " / ".join(f"{_at(some, part):.1f}" for part in (0.5, 0.95, 0.99))
    return Line(f"{name} ({len(some)})", f"{told} ms")


def _at(some: Sequence[float], part: float) -> float:
    return some[min(int(len(some) * part), len(some) - 1)]


# --- following ----------------------------------------------------------------------------------


async def _followed(stage: Stage) -> Line:
    """How soon a search knows what a shop has changed: a price, through its own endpoint."""
    async with open_house(stage.dsn, Path("/nonexistent")) as opened:
        goods = stage.market.goods[0][0]
        async with opened.house.pool.acquire() as tx:
            shop = await identity.get_party(tx, goods.shop_id)
        endpoint = opened.house.registry.find("/channels/ec/product/auditfree")
        waits: list[float] = []
        for turn in range(5):
            price = 777_000 + turn
            fields = {"product_id": str(goods.product_id),
                      "skus": [{"sku_id": str(goods.sku_id), "sale_price": price}]}  # fmt: skip
            asked = msgspec.convert(fields, endpoint.takes, strict=False)
            await perform(opened.house, endpoint, identity.shop_caller(shop), asked)
            begun = time.monotonic()
            while await stage.value(_PRICE, goods.shop_id, goods.product_id) != price:
                if time.monotonic() - begun > 10 * FOLLOW_SECONDS:
                    break
                await asyncio.sleep(0.01)
            waits.append(time.monotonic() - begun)
    line = Line("until a search knows a new price, at most", f"{max(waits):.2f} s")
    return replace_goal(line, f"<= {FOLLOW_SECONDS} s", max(waits) <= FOLLOW_SECONDS)


_PRICE: Final = """
    select price_fen from search_documents where owner_id = $1 and kind = 1 and subject_id = $2
"""


def replace_goal(line: Line, goal: str, kept: bool) -> Line:
    """The line with what it should be."""
    return msgspec.structs.replace(line, goal=goal, kept=kept)
