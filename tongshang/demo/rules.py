"""The rules of listing that the demo's data must meet, and what is wrong where they do not.

They are the platform's limits on products, restated over the files, so that a slip in a
spreadsheet is found when the file is read and not in the middle of loading a market.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from tongshang.demo.goods import (
    LEVELS,
    Buyer,
    Category,
    Content,
    Market,
    Product,
    Promoter,
    Sku,
)

TITLE_CHARACTERS: Final = range(5, 61)
SHORT_TITLE_MAX: Final = 20
HEAD_PICTURES: Final = range(3, 10)
FOOD_PICTURES_MIN: Final = 4
DESCRIPTION_MAX: Final = 2000
ATTR_MAX: Final = 40
CODE_MAX: Final = 100
PRICE_MAX_FEN: Final = 1_000_000_000
STOCK_MAX: Final = 10_000_000
SKUS_MAX: Final = 500
COMMISSION_PPM: Final = range(30_000, 300_001)
FEE_PPM: Final = range(10_000, 50_001)
ARTICLE_CHARACTERS: Final = range(300, 801)

# Words that the advertising law forbids or that auditors stop at; a short list of our own.
# fmt: off
FORBIDDEN: Final = (
    "最", "第一", "国家级", "世界级", "顶级", "顶尖", "极品", "独家", "首选", "唯一", "王牌", "冠军", "完美", "极致", "万能",
    "全能", "无敌", "绝对", "100%", "百分百", "治疗", "疗效", "抗菌", "杀菌", "助眠", "安神", "养生", "保健", "减肥",
    "排毒", "抗氧化", "纯天然", "零添加", "无添加", "特供", "专供", "免检", "老字号", "非遗", "驰名", "招财", "旺财", "转运",
    "辟邪",
)
# fmt: on

_VALID: Final = re.compile(r"[一-鿿A-Za-z0-9]")
_PUNCTUATED: Final = re.compile(r"[一-鿿A-Za-z0-9 ·、，（）()+×.\-]+")
_FICTIONAL_PHONE: Final = re.compile(r"1000000\d{4}")
_MARKS: Final = re.compile(r"\[\[card [^\]]*\]\]|[#\s]")


def faults_of(market: Market) -> list[str]:
    """Every breach in the market, as sentences; empty where all is well."""
    return [
        *_category_faults(market.categories),
        *(fault for product in market.products for fault in _product_faults(product)),
        *_people_faults(market),
        *(fault for content in market.contents for fault in _content_faults(content)),
        *_reference_faults(market),
    ]


def forbidden_words(text: str) -> list[str]:
    """The words in a text that the audit would stop at."""
    return [word for word in FORBIDDEN if word in text]


def _category_faults(categories: tuple[Category, ...]) -> Iterator[str]:
    known = {category.id for category in categories}
    for category in categories:
        if category.parent_id and category.parent_id not in known:
            yield f"category {category.id} hangs from nothing"
        if category.is_leaf and category.fee_ppm not in FEE_PPM:
            yield f"category {category.id}: fee of {category.fee_ppm} ppm"


def _product_faults(product: Product) -> Iterator[str]:
    code = product.code
    if not _is_title(product.title):
        yield f"{code}: title {product.title!r} cannot be listed"
    if not 0 < len(product.short_title) <= SHORT_TITLE_MAX:
        yield f"{code}: short title of {len(product.short_title)} characters"
    if not product.title_en or not product.about_en:
        yield f"{code}: no English"
    if not 0 < len(product.about) <= DESCRIPTION_MAX:
        yield f"{code}: description of {len(product.about)} characters"
    for word in forbidden_words(product.title + product.short_title + product.about):
        yield f"{code}: the word {word}"
    if len(product.category_path) != LEVELS or not product.category.is_leaf:
        yield f"{code}: category {product.category.id} is not a leaf of the third level"
    if product.weight_grams <= 0:
        yield f"{code}: weighs nothing"
    if product.commission_ppm not in COMMISSION_PPM:
        yield f"{code}: commission of {product.commission_ppm} ppm"
    yield from _picture_faults(product)
    yield from _sku_faults(product)


def _is_title(title: str) -> bool:
    characters = len(_VALID.findall(title))
    return (
        characters >= TITLE_CHARACTERS.start
        and len(title) in TITLE_CHARACTERS
        and _PUNCTUATED.fullmatch(title) is not None
        and not title.isascii()
    )


def _picture_faults(product: Product) -> Iterator[str]:
    pictures = product.head_pictures
    fewest = max(product.category.head_pictures_min, FOOD_PICTURES_MIN * product.is_food)
    if len(pictures) not in HEAD_PICTURES or len(pictures) < fewest:
        yield f"{product.code}: {len(pictures)} head pictures"
    if len(set(pictures)) != len(pictures):
        yield f"{product.code}: the same head picture twice"


def _sku_faults(product: Product) -> Iterator[str]:
    if not 0 < len(product.skus) <= SKUS_MAX:
        yield f"{product.code}: {len(product.skus)} SKUs"
    if len({sku.attrs for sku in product.skus}) != len(product.skus):
        yield f"{product.code}: two SKUs with the same attributes"
    if len({tuple(name for name, _ in sku.attrs) for sku in product.skus}) > 1:
        yield f"{product.code}: SKUs that differ in the names of their attributes"
    for sku in product.skus:
        yield from _one_sku_faults(sku)


def _one_sku_faults(sku: Sku) -> Iterator[str]:
    if not 0 < sku.price_fen <= PRICE_MAX_FEN:
        yield f"{sku.code}: price of {sku.price_fen} fen"
    if sku.market_fen < sku.price_fen:
        yield f"{sku.code}: dearer than its market price"
    if not 0 < sku.stock <= STOCK_MAX:
        yield f"{sku.code}: stock of {sku.stock}"
    if len(sku.code) > CODE_MAX:
        yield f"{sku.code}: code too long"
    for name, value in sku.attrs:
        if not name or not value or max(len(name), len(value)) > ATTR_MAX:
            yield f"{sku.code}: attribute {name!r}={value!r}"


def _people_faults(market: Market) -> Iterator[str]:
    people: tuple[Promoter | Buyer, ...] = (*market.promoters, *market.buyers)
    for person in people:
        if not _FICTIONAL_PHONE.fullmatch(person.phone):
            yield f"{person.key}: telephone {person.phone} could be somebody's"


def _content_faults(content: Content) -> Iterator[str]:
    for word in forbidden_words(content.title + content.summary + content.body):
        yield f"{content.key}: the word {word}"
    if not content.products:
        yield f"{content.key}: shows no product"
    if content.kind == "article" and len(_MARKS.sub("", content.body)) not in ARTICLE_CHARACTERS:
        yield f"{content.key}: article of {len(_MARKS.sub('', content.body))} characters"
    if content.kind != "article" and content.seconds <= 0:
        yield f"{content.key}: has no length"


def _reference_faults(market: Market) -> Iterator[str]:
    """Keys that are used twice, and mentions of what does not exist."""
    products = {product.code for product in market.products}
    promoters = {promoter.key for promoter in market.promoters}
    for mention in (code for content in market.contents for code in content.products):
        if mention not in products:
            yield f"a card shows {mention}, which is no product"
    for plan in market.plans:
        if plan.promoter not in promoters or plan.product not in products:
            yield f"a plan of {plan.promoter} for {plan.product} points nowhere"
        if plan.commission_ppm not in COMMISSION_PPM:
            yield f"plan of {plan.promoter} for {plan.product}: {plan.commission_ppm} ppm"
    for content in market.contents:
        if content.author not in promoters:
            yield f"{content.key}: nobody called {content.author}"
    people: tuple[Promoter | Buyer, ...] = (*market.promoters, *market.buyers)
    keys = Counter(
        (kind, key)
        for kind, group in (
            ("category", [str(category.id) for category in market.categories]),
            ("shop", [shop.key for shop in market.shops]),
            ("product", [product.code for product in market.products]),
            ("title", [product.title for product in market.products]),
            ("sku", [sku.code for product in market.products for sku in product.skus]),
            ("person", [person.key for person in people]),
            ("telephone", [person.phone for person in people]),
            ("content", [content.key for content in market.contents]),
        )
        for key in group
    )
    yield from (f"{kind} {key} {count} times" for (kind, key), count in keys.items() if count > 1)
