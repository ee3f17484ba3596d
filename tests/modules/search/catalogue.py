"""A catalogue to search in: the demo's goods and more of other kinds, put on sale as shops do it."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.platform import calling, finish_work
from tongshang.app import Opened
from tongshang.demo.market import DATA
from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import (
    Attr,
    Category,
    CatRef,
    DescInfo,
    ExpressInfo,
    ExtraService,
    ProductSheet,
    SkuSheet,
)
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import Block, BlockKind, ContentDraft
from tongshang.runtime.call import Call

HERE: Final = Path(__file__).parent
_ROOT: Final = 8_000


@dataclass(frozen=True, slots=True)
class Ware:
    """A product to be: its code in the judgements, its shop and category, its words and price."""

    code: str
    shop: str
    category: str
    title: str
    short_title: str
    price_fen: int
    attrs: tuple[str, ...] = ()


@dataclass(slots=True)
class Catalogue:
    """What is on sale, by code; shops by name, contents by title."""

    opened: Opened
    products: dict[str, tuple[int, int]] = field(default_factory=dict)
    shops: dict[str, int] = field(default_factory=dict)
    contents: dict[str, int] = field(default_factory=dict)

    def code_of(self, kind: int, subject_id: int) -> str:
        """What the judgements call a document."""
        tables = {
            1: {key[1]: code for code, key in self.products.items()},
            2: {one: name for name, one in self.shops.items()},
            3: {one: title for title, one in self.contents.items()},
        }
        return tables.get(kind, {}).get(subject_id, f"{kind}:{subject_id}")


def wares() -> Iterator[Ware]:
    """All goods of both files."""
    shops = {one["key"]: one["name"] for one in json.loads((DATA / "shops.json").read_text())}
    categories = {one["id"]: one["name"] for one in _rows(DATA / "categories.csv")}
    skus: dict[str, list[dict[str, str]]] = {}
    for sku in _rows(DATA / "skus.csv"):
        skus.setdefault(sku["product"], []).append(sku)
    for row in _rows(DATA / "products.csv"):
        own = skus[row["code"]]
        values = (pair.partition("=")[2] for sku in own for pair in sku["attrs"].split(";"))
        yield Ware(
            row["code"],
            shops[row["shop"]],
            categories[row["category_id"]],
            row["title"],
            row["short_title"],
            min(int(sku["price_fen"]) for sku in own),
            tuple(dict.fromkeys(value.strip() for value in values if value.strip())),
        )
    for row in _rows(HERE / "goods.csv"):
        yield Ware(
            row["code"], row["shop"], row["category"], row["title"],
            row["title"].split()[0], int(row["price_fen"]),
        )  # fmt: skip


def _rows(place: Path) -> list[dict[str, str]]:
    with place.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


async def build(opened: Opened) -> Catalogue:
    """Put everything on sale, and have the index hear of it."""
    made = Catalogue(opened)
    goods = list(wares())
    leaves = {name: _ROOT + n for n, name in enumerate({ware.category: None for ware in goods}, 1)}
    async with calling(opened) as call:
        await _categories(call, leaves)
        names = list({ware.shop: None for ware in goods})
        ids = await identity.add_parties(call, [PartyDraft(PartyKind.SHOP, one) for one in names])
        made.shops = dict(zip(names, ids, strict=True))
        for shop, shop_id in made.shops.items():
            own = [ware for ware in goods if ware.shop == shop]
            await _sell(call, made, shop_id, own, leaves)
        await _publish(call, made)
    await finish_work(opened)
    return made


async def _categories(call: Call, leaves: dict[str, int]) -> None:
    root = Category(_ROOT, 0, 1, "全部", is_leaf=False)
    below = [Category(one, _ROOT, 2, name, fee_ppm=10_000) for name, one in leaves.items()]
    await catalog.add_categories(call, [root, *below])


async def _sell(
    call: Call, made: Catalogue, shop_id: int, own: Sequence[Ware], leaves: dict[str, int]
) -> None:
    ids = await catalog.add_products(call, shop_id, [_sheet(one, leaves) for one in own])
    failed = await catalog.list_products(call, shop_id, ids)
    assert not any(failed.values()), failed
    made.products |= {
        ware.code: (shop_id, product_id) for ware, product_id in zip(own, ids, strict=True)
    }


def _sheet(ware: Ware, leaves: dict[str, int]) -> ProductSheet:
    return ProductSheet(
        title=ware.title,
        short_title=ware.short_title[:20],
        head_imgs=tuple(f"/media/{number:064x}.png" for number in range(3)),
        desc_info=DescInfo(("/media/" + "9" * 64 + ".png",)),
        attrs=tuple(Attr("特点", value) for value in ware.attrs[:5]),
        skus=(SkuSheet(sale_price=ware.price_fen, stock_num=10),),
        cats_v2=(CatRef(_ROOT), CatRef(leaves[ware.category])),
        express_info=ExpressInfo(1),
        extra_service=ExtraService(1),
    )


async def _publish(call: Call, made: Catalogue) -> None:
    told = json.loads((DATA / "contents.json").read_text())
    (author_id,) = await identity.add_parties(call, [PartyDraft(PartyKind.PROMOTER, "阿宁")])
    drafts = [
        ContentDraft(author_id, one["title"], (Block(BlockKind.PARAGRAPH, text=one["title"]),))
        for one in told
        if one["kind"] == "article" or one["kind"] == "video"
    ]
    ids = await surfaces.publish(call, drafts)
    made.contents = {draft.title: one for draft, one in zip(drafts, ids, strict=True)}
