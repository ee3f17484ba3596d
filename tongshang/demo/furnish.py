"""The market's people and goods put on the platform, goods and stories by its own endpoints."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from tongshang.demo.goods import Category, Content, Market, Product, Shop
from tongshang.demo.past import CHINA
from tongshang.demo.recipe import Recipe, picture_name
from tongshang.demo.stage import Stage
from tongshang.kernel.money import WHOLE
from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import BuyerDraft, PartyDraft, PartyKind
from tongshang.modules.media import api as media
from tongshang.modules.sandbox import api as sandbox
from tongshang.runtime.call import Call, Caller

PLATFORM: Final = PartyDraft(
    PartyKind.PLATFORM, "通商平台", "Tongshang", "这里的规矩由它定：审核、类目、费率"
)
_PLANS_AT_ONCE: Final = 20  # reference section 7.2
_PICTURES_AT_ONCE: Final = 60
_PERCENT: Final = WHOLE // 100
_CARD: Final = re.compile(r"\[\[card ([A-Z]\d{3})\]\]")
_KINDS: Final = {"article": "article", "video": "short_video", "live": "live_room"}
_LIVE_HOUR: Final = 21
_RECEIPT_DAYS: Final = 10  # of branches of the tree, where nothing hangs


@dataclass(slots=True)
class Furnished:
    """Where the market's things are on the platform: keys of the files, and what they became."""

    urls: dict[Recipe, str] = field(default_factory=dict)
    callers: dict[str, Caller] = field(default_factory=dict)  # shops, promoters and buyers
    addresses: dict[str, str] = field(default_factory=dict)
    products: dict[str, tuple[str, str]] = field(default_factory=dict)  # shop_id, product_id
    skus: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    films: dict[str, str] = field(default_factory=dict)  # urls of the videos, by content


# --- people -------------------------------------------------------------------------------------


async def add_people(stage: Stage, market: Market, pictures: Path) -> Furnished:
    """The platform, its shops, promoters and buyers, each program with its keys; the categories."""
    made = Furnished()
    async with stage.calling() as call:
        (platform_id,) = await identity.add_parties(call, [PLATFORM])
        await sandbox.furnish_app(call, platform_id)
        faces = [shop.icon_picture for shop in market.shops]
        faces += [promoter.avatar_picture for promoter in market.promoters]
        faces += [buyer.avatar_picture for buyer in market.buyers]
        await _keep(call, made, platform_id, faces, pictures)
        await _add_parties(call, market, made)
        await _add_buyers(call, market, made)
        await catalog.add_categories(call, [_category(one, market) for one in market.categories])
    return made


async def _add_parties(call: Call, market: Market, made: Furnished) -> None:
    drafts = [
        PartyDraft(PartyKind.SHOP, one.name, one.name_en, one.slogan, made.urls[one.icon_picture])
        for one in market.shops
    ]
    drafts += [
        PartyDraft(
            PartyKind.PROMOTER, one.name, one.name_en, one.bio, made.urls[one.avatar_picture]
        )
        for one in market.promoters
    ]
    ids = await identity.add_parties(call, drafts)
    parties = await identity.find_parties(call.tx, ids)
    keys = [shop.key for shop in market.shops] + [one.key for one in market.promoters]
    for key, party_id in zip(keys, ids, strict=True):
        await sandbox.furnish_app(call, party_id)
        party = parties[party_id]
        is_shop = party.kind is PartyKind.SHOP
        caller = identity.shop_caller if is_shop else identity.promoter_caller
        made.callers[key] = caller(party)


async def _add_buyers(call: Call, market: Market, made: Furnished) -> None:
    drafts = [BuyerDraft(one.nickname, made.urls[one.avatar_picture]) for one in market.buyers]
    ids = await identity.add_buyers(call, drafts)
    buyers = await identity.find_buyers(call.tx, ids)
    for one, buyer_id in zip(market.buyers, ids, strict=True):
        made.callers[one.key] = identity.buyer_caller(buyers[buyer_id])


async def add_addresses(stage: Stage, market: Market, made: Furnished) -> None:
    """Where each buyer lives."""
    for one in market.buyers:
        kept = await stage.ask(
            made.callers[one.key],
            "/v1/buyer/address/add",
            name=one.receiver,
            phone=one.phone,
            province=one.province,
            city=one.city,
            county=one.county,
            detail=one.street,
        )
        made.addresses[one.key] = kept.address_id


async def open_sessions(stage: Stage, market: Market, made: Furnished) -> None:
    """Let everybody be one of the buyers."""
    buyer_ids = [made.callers[one.key].buyer_id for one in market.buyers]
    async with stage.calling() as call:
        await sandbox.furnish_buyers(call, buyer_ids)


def _category(one: Category, market: Market) -> catalog.Category:
    parents = {category.id: category.parent_id for category in market.categories}
    level, above = 1, one.parent_id
    while above:
        level, above = level + 1, parents[above]
    return catalog.Category(
        one.id,
        one.parent_id,
        level,
        one.name,
        one.name_en,
        one.fee_ppm,
        one.confirm_receipt_days or _RECEIPT_DAYS,
        one.seven_day_return,
        is_leaf=one.is_leaf,
    )


# --- pictures -----------------------------------------------------------------------------------


async def keep_pictures(stage: Stage, market: Market, made: Furnished, pictures: Path) -> None:
    """Upload what shops and promoters show; each owns its own."""
    owned: dict[str, list[Recipe]] = {}
    for product in market.products:
        thumbs = (sku.picture for sku in product.skus)
        owned.setdefault(product.shop, []).extend((*product.head_pictures, *thumbs))
    for content in market.contents:
        owned.setdefault(content.author, []).append(content.cover_picture)
    for key, recipes in owned.items():
        new = [recipe for recipe in dict.fromkeys(recipes) if recipe not in made.urls]
        for start in range(0, len(new), _PICTURES_AT_ONCE):
            async with stage.calling() as call:
                some = new[start : start + _PICTURES_AT_ONCE]
                await _keep(call, made, made.callers[key].party_id, some, pictures)


async def _keep(
    call: Call, made: Furnished, owner_id: int, recipes: Sequence[Recipe], pictures: Path
) -> None:
    files = [(pictures / picture_name(recipe)).read_bytes() for recipe in recipes]
    urls = await media.keep_pictures(call, owner_id, files)
    made.urls.update(zip(recipes, urls, strict=True))


# --- goods --------------------------------------------------------------------------------------


async def add_goods(
    stage: Stage, market: Market, made: Furnished, tell: Callable[[int, int], None]
) -> None:
    """All products, as each shop's own software would add them; a shop's turn after the other's."""
    templates = {shop.key: await _add_template(stage, shop, made) for shop in market.shops}
    products = _in_turn(market.products)
    for done, product in enumerate(products, start=1):
        caller = made.callers[product.shop]
        added = await stage.ask(
            caller, "/channels/ec/product/add", **_sheet(product, templates[product.shop], made)
        )
        made.products[product.code] = (str(caller.party_id), added.data.product_id)
        tell(done, len(products))
    await stage.finish_work()  # the audit
    for shop in market.shops:
        await _note_skus(stage, shop, made)


def _in_turn(products: Iterable[Product]) -> list[Product]:
    """One of each shop, then the next of each, so that the newest are not all of one shop."""
    places: dict[str, int] = {}
    order = []
    for product in products:
        places[product.shop] = places.get(product.shop, 0) + 1
        order.append((places[product.shop], product.shop, product))
    return [product for *_, product in sorted(order, key=lambda one: one[:2])]


async def _add_template(stage: Stage, shop: Shop, made: Furnished) -> str:
    first = {"first_val_amount": 1, "first_price": shop.freight_fen}
    further = {"second_val_amount": 1, "second_price": 0, "is_default": True}
    waiver = {"min_amount": shop.free_freight_from_fen, "amount_flag": 1}
    rules: dict[str, object] = {"shipping_method": "FREE"}
    if shop.freight_fen:
        rules = {
            "shipping_method": "CONDITION_FREE",
            "all_freight_calc_method": {"freight_calc_method_list": [first | further]},
            "all_condition_free_detail": {"condition_free_detail_list": [waiver]},
        }
    template = {
        "name": "全国包邮" if not shop.freight_fen else "全国统一运费",
        "valuation_type": "PIECE",
        "send_time": "SendTime_FOUTYEIGHT_HOUR",
        "delivery_type": "EXPRESS",
        "is_default": True,
        **rules,
    }
    kept = await stage.ask(
        made.callers[shop.key],
        "/channels/ec/merchant/addfreighttemplate",
        freight_template=template,
    )
    return str(kept.template_id)


def _sheet(product: Product, template_id: str, made: Furnished) -> dict[str, object]:
    return {
        "out_product_id": product.code,
        "title": product.title,
        "short_title": product.short_title,
        "head_imgs": [made.urls[recipe] for recipe in product.head_pictures],
        "desc_info": {
            "desc": product.about,
            "imgs": [made.urls[recipe] for recipe in product.description_pictures],
        },
        "cats_v2": [{"cat_id": cat_id} for cat_id in product.category_path],
        "spu_code": product.code,
        "express_info": {"template_id": template_id, "weight": product.weight_grams},
        "extra_service": {"seven_day_return": int(product.category.seven_day_return)},
        "skus": [
            {
                "out_sku_id": sku.code,
                "sku_code": sku.code,
                "thumb_img": made.urls[sku.picture],
                "sale_price": sku.price_fen,
                "market_price": sku.market_fen,
                "stock_num": sku.stock,
                "sku_attrs": [{"attr_key": name, "attr_value": value} for name, value in sku.attrs],
            }
            for sku in product.skus
        ],
        "listing": 1,
    }


async def _note_skus(stage: Stage, shop: Shop, made: Furnished) -> None:
    """Learn the ids that the platform gave to the shop's SKUs."""
    shop_id = made.callers[shop.key].party_id
    ids = [int(one) for owner, one in made.products.values() if int(owner) == shop_id]
    async with stage.calling() as call:
        found = await catalog.skus_of(call.tx, shop_id, ids)
    made.skus |= {code: str(sku_id) for skus in found.values() for sku_id, code in skus}


async def add_plans(stage: Stage, market: Market, made: Furnished) -> None:
    """What the shops offer any promoter for their products."""
    offers: dict[str, list[dict[str, object]]] = {}
    for product in market.products:
        _, product_id = made.products[product.code]
        offer = {"product_id": product_id, "ratio": product.commission_ppm // _PERCENT}
        offers.setdefault(product.shop, []).append(offer)
    for shop, items in offers.items():
        for start in range(0, len(items), _PLANS_AT_ONCE):
            await stage.ask(
                made.callers[shop],
                "/channels/ec/league/item/batchadd",
                type=1,
                list=items[start : start + _PLANS_AT_ONCE],
                is_forerver=True,
            )


# --- stories ------------------------------------------------------------------------------------


async def publish(
    stage: Stage,
    content: Content,
    made: Furnished,
    now: datetime,
    blocks: Sequence[Mapping[str, object]] = (),
) -> None:
    """Publish an article, a short video or a live room, as its author."""
    blocks = blocks or _blocks(content, made.products)
    live_at = now.astimezone(CHINA).replace(hour=_LIVE_HOUR, minute=0, second=0, microsecond=0)
    about = {"url": made.films[content.key]} if content.kind == "video" else {}
    added = await stage.ask(
        made.callers[content.author],
        "/v1/promoter/content/add",
        title=content.title,
        kind=_KINDS[content.kind],
        cover_url=made.urls[content.cover_picture],
        blocks=blocks,
        media=about | ({"starts_at": live_at} if content.kind == "live" else {}),
    )
    made.contents[content.key] = added.content_id


def _blocks(content: Content, products: Mapping[str, tuple[str, str]]) -> list[dict[str, str]]:
    """An article's paragraphs with cards between; a video's or a live room's words and cards."""
    text = content.body or "\n\n".join(
        (content.summary, *(f"[[card {code}]]" for code in content.products))
    )
    return [_block(part, products) for part in filter(None, map(str.strip, text.split("\n\n")))]


def _block(part: str, products: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    if card := _CARD.fullmatch(part):
        shop_id, product_id = products[card[1]]
        return {"kind": "card", "shop_id": shop_id, "product_id": product_id}
    if part.startswith("#"):
        return {"kind": "heading", "text": part.lstrip("# ")}
    return {"kind": "paragraph", "text": part}
