"""The demo market, read from plain files.

What is written in the files is checked here once, by the rules that the platform's own endpoints
will apply; a fault is reported with all others, in words, before anything is loaded.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from tongshang.demo.goods import (
    FOOD_ROOT,
    LEVELS,
    Buyer,
    Category,
    Content,
    Market,
    Plan,
    Product,
    Promoter,
    Shop,
    Sku,
    Still,
)
from tongshang.demo.recipe import Recipe, Scene
from tongshang.demo.rules import faults_of

DATA: Final = Path(__file__).with_name("data")

# The palettes of shops whose goods are mostly bought for somebody else.
GIVEN_AWAY: Final = frozenset({"gift", "bloom"})

_Row = TypeVar("_Row")
_CARD: Final = re.compile(r"\[\[card ([A-Z]\d{3})\]\]")


class MarketDataFaulty(ValueError):
    """The files of the demo market break rules of the trade; every breach is named."""


def cards_of(body: str) -> tuple[str, ...]:
    """The products that an article shows, in its order."""
    return tuple(dict.fromkeys(_CARD.findall(body)))


@lru_cache(maxsize=1)
def read_market() -> Market:
    """The market of the data files, or all their faults at once."""
    categories = _read_rows("categories.csv", Category)
    shops = _read_json("shops.json", Shop)
    market = Market(
        categories=categories,
        shops=shops,
        products=tuple(_read_products(categories, {shop.key: shop for shop in shops})),
        promoters=_read_json("promoters.json", Promoter),
        plans=_read_rows("plans.csv", Plan),
        buyers=_read_rows("buyers.csv", Buyer),
        contents=tuple(_with_body(content) for content in _read_json("contents.json", Content)),
    )
    if faults := faults_of(market):
        raise MarketDataFaulty("\n".join(faults))
    return market


class _ProductRow(msgspec.Struct, frozen=True):
    code: str
    shop: str
    category_id: int
    title: str
    title_en: str
    short_title: str
    about: str
    about_en: str
    weight_grams: int
    commission_ppm: int
    thing: str
    tint: str
    motif: str
    others: str
    source: str


class _SkuRow(msgspec.Struct, frozen=True):
    code: str
    product: str
    attrs: str
    price_fen: int
    market_fen: int
    stock: int
    tint: str


def _read_rows(name: str, row_type: type[_Row]) -> tuple[_Row, ...]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return msgspec.convert(tuple(rows), tuple[row_type, ...], strict=False)  # type: ignore[valid-type]


def _read_json(name: str, row_type: type[_Row]) -> tuple[_Row, ...]:
    return msgspec.json.decode((DATA / name).read_bytes(), type=tuple[row_type, ...])  # type: ignore[valid-type]


def _with_body(content: Content) -> Content:
    if content.kind != "article":
        return content
    body = (DATA / "articles" / f"{content.key}.md").read_text(encoding="utf-8")
    return msgspec.structs.replace(content, body=body, products=cards_of(body))


def _read_products(categories: tuple[Category, ...], shops: dict[str, Shop]) -> Iterator[Product]:
    by_id = {category.id: category for category in categories}
    sku_rows: dict[str, list[_SkuRow]] = {}
    for sku in _read_rows("skus.csv", _SkuRow):
        sku_rows.setdefault(sku.product, []).append(sku)
    for seed, row in enumerate(_read_rows("products.csv", _ProductRow)):
        path = _path_of(by_id, row.category_id)
        still = Still(
            thing=row.thing,
            palette=shops[row.shop].palette,
            tint=row.tint,
            motif=row.motif,
            others=tuple(row.others.split()),
            seed=seed,
        )
        skus = sku_rows.get(row.code, [])
        yield Product(
            code=row.code,
            shop=row.shop,
            category=by_id[row.category_id],
            category_path=path,
            title=row.title,
            title_en=row.title_en,
            short_title=row.short_title,
            about=row.about,
            about_en=row.about_en,
            weight_grams=row.weight_grams,
            commission_ppm=row.commission_ppm,
            source=row.source,
            skus=tuple(_sku_of(sku, still) for sku in skus),
            head_pictures=tuple(_head_pictures(still, skus, is_food=FOOD_ROOT in path)),
        )


def _path_of(by_id: dict[int, Category], leaf_id: int) -> tuple[int, ...]:
    """The ids from the root to the leaf."""
    path = [leaf_id]
    while len(path) < LEVELS and (parent := by_id[path[0]].parent_id):
        path.insert(0, parent)
    return tuple(path)


def _sku_of(row: _SkuRow, still: Still) -> Sku:
    attrs = tuple(
        (name.strip(), value.strip())
        for name, _, value in (pair.partition("=") for pair in row.attrs.split(";"))
    )
    picture = still.recipe(Scene.HERO)
    if row.tint:
        plain = msgspec.structs.replace(still, tint=row.tint, others=())
        picture = plain.recipe(Scene.SWATCH)
    return Sku(
        code=row.code,
        attrs=attrs,
        price_fen=row.price_fen,
        market_fen=row.market_fen,
        stock=row.stock,
        picture=picture,
    )


def _head_pictures(still: Still, skus: list[_SkuRow], *, is_food: bool) -> Iterator[Recipe]:
    """A plain view, a view at home, then what says more: all colours, or one very near."""
    yield still.recipe(Scene.HERO)
    yield still.recipe(Scene.TABLE)
    tints = tuple(dict.fromkeys(row.tint for row in skus if row.tint))
    if len(tints) > 1:
        yield msgspec.structs.replace(still.recipe(Scene.LINEUP), others=(), tints=tints)
    else:
        yield still.recipe(Scene.DETAIL)
    if is_food:
        yield still.recipe(Scene.FLATLAY)
    if still.palette in GIVEN_AWAY and len(tints) <= 1:
        yield still.recipe(Scene.PRESENT)
