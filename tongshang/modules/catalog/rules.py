"""What a sheet must be, as a table that can be read aloud (reference section 3.2).

A breach refuses with 40097, the path of the field and the rule. Where the reference gives an older
and a newer limit, the table takes the wider one, but for the title's five valid characters, which
its own examples ask for.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from tongshang.kernel.refusal import InvalidField
from tongshang.modules.catalog.domain import STOCK_MAX, Category
from tongshang.modules.catalog.sheet import DeliverInfo, ProductSheet, SkuSheet

ID_MAX: Final = 2**63 - 1
PRICE_FEN_MAX: Final = 1_000_000_000
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules must know besides the sheet."""

    categories: Mapping[int, Category]
    is_ours: Callable[[str], bool]
    at: datetime


ProductCheck: TypeAlias = Callable[[ProductSheet, Facts], bool]
SkuCheck: TypeAlias = Callable[[SkuSheet, ProductSheet, Facts], bool]


# --- words of the rules -------------------------------------------------------------------------


def valid_characters(text: str) -> int:
    """How many characters count: Chinese ones, letters and digits are one each."""
    return sum(char.isalnum() for char in text)


def says_something(title: str) -> bool:
    """Whether a title is more than Latin letters, digits and punctuation ("iPhone 13" is not)."""
    return any(char.isalpha() and not char.isascii() for char in title)


def plain(*texts: str) -> bool:
    """Whether there are no control characters."""
    return all(char >= " " and char != "\x7f" for text in texts for char in text)


def are_ours(urls: Iterable[str], facts: Facts) -> bool:
    """Whether all pictures were uploaded here."""
    return all(facts.is_ours(url) for url in urls)


def is_path(ids: tuple[int, ...], categories: Mapping[int, Category]) -> bool:
    """Whether the ids lead from a root of the tree to a leaf, each below the one before."""
    if not ids or any(cat_id not in categories for cat_id in ids):
        return False
    parents = (0, *ids[:-1])
    steps = zip(ids, parents, strict=True)
    return categories[ids[-1]].is_leaf and all(
        categories[cat_id].parent_id == parent for cat_id, parent in steps
    )


def _leaf(sheet: ProductSheet, facts: Facts) -> Category:
    return facts.categories[sheet.path[-1]]


def _may_be_delivered(info: DeliverInfo | None, facts: Facts) -> bool:
    """From stock; or a presale of at most 15 days that ends within 30, with a promise in bounds."""
    if info is None:
        return True
    start, end = info.presale_begin_time, info.presale_end_time
    if info.stock_type == 0:
        promise = info.full_payment_presale_delivery_type, info.full_payment_presale_delivery_time
        return all(0 <= given <= ID_MAX for given in (start, end, *promise))
    now = int(facts.at.timestamp())
    days = {0: range(4, 16), 1: range(1, 4)}.get(info.full_payment_presale_delivery_type, range(0))
    return (
        info.stock_type == 1
        and info.full_payment_presale_delivery_time in days
        and start < end <= min(start + 15 * _DAY, now + 30 * _DAY)
    )


# --- the table ----------------------------------------------------------------------------------

_PRODUCT: Final[tuple[tuple[str, str, ProductCheck], ...]] = (
    ("out_product_id", "has at most 128 characters",
        lambda p, _: len(p.out_product_id) <= 128 and plain(p.out_product_id)),
    ("title", "has at most 60 characters", lambda p, _: len(p.title) <= 60),
    ("title", "has at least 5 Chinese characters, letters or digits",
        lambda p, _: valid_characters(p.title) >= 5),
    ("title", "is more than Latin letters, digits and punctuation",
        lambda p, _: says_something(p.title)),
    ("title", "has no control characters", lambda p, _: plain(p.title)),
    ("short_title", "has at most 20 characters",
        lambda p, _: len(p.short_title) <= 20 and plain(p.short_title)),
    ("sub_title", "has at most 18 characters", lambda p, _: len(p.sub_title) <= 18),
    ("head_imgs", "has 3 to 9 pictures", lambda p, _: 3 <= len(p.head_imgs) <= 9),
    ("head_imgs", "has no picture twice",
        lambda p, _: len(set(p.head_imgs)) == len(p.head_imgs)),
    ("head_imgs", "has only urls that img/upload returned",
        lambda p, f: are_ours(p.head_imgs, f)),
    ("desc_info.imgs", "has 1 to 50 pictures", lambda p, _: 1 <= len(p.desc_info.imgs) <= 50),
    ("desc_info.imgs", "has only urls that img/upload returned",
        lambda p, f: are_ours(p.desc_info.imgs, f)),
    ("desc_info.desc", "has at most 2000 characters",
        lambda p, _: len(p.desc_info.desc) <= 2000),
    ("cats", "has exactly 3 categories", lambda p, _: len(p.cats) in {0, 3}),
    ("cats_v2", "leads from a root of the category tree to a leaf",
        lambda p, f: is_path(p.path, f.categories)),
    ("attrs", "has at most 100 attributes, each with a key of 1 to 40 characters and a value",
        lambda p, _: len(p.attrs) <= 100
        and all(0 < len(a.attr_key) <= 40 and 0 < len(a.attr_value) <= 400 for a in p.attrs)),
    ("spu_code", "has at most 100 characters", lambda p, _: len(p.spu_code) <= 100),
    ("brand_id", "is a brand id", lambda p, _: 0 <= p.brand_id <= ID_MAX),
    ("qualifications", "has at most 5 pictures", lambda p, _: len(p.qualifications) <= 5),
    ("product_qua_infos", "has for each qualification at most 10 urls that img/upload returned",
        lambda p, f: all(
            0 < q.qua_id <= ID_MAX and len(q.qua_url) <= 10 and are_ours(q.qua_url, f)
            for q in p.product_qua_infos
        )),
    ("deliver_method", "is 0, 1 or 3", lambda p, _: p.deliver_method in {0, 1, 3}),
    ("deliver_acct_type", "has kinds from 1 to 4, one at least for deliver_method 3",
        lambda p, _: {*p.deliver_acct_type} <= {1, 2, 3, 4}
        and (p.deliver_method != 3 or len(p.deliver_acct_type) > 0)),
    ("express_info.template_id", "names a freight template, needed for deliver_method 0",
        lambda p, _: (p.deliver_method == 0) <= p.express_info.template_id <= ID_MAX),
    ("express_info.weight", "is a weight in grams",
        lambda p, _: 0 <= p.express_info.weight <= 1_000_000_000),
    ("aftersale_desc", "has at most 2000 characters", lambda p, _: len(p.aftersale_desc) <= 2000),
    ("limited_info.period_type", "is 0 to 4", lambda p, _: p.limited_info.period_type in range(5)),
    ("limited_info.limited_buy_num", "is 1 or more where there is a period, at most 10000000",
        lambda p, _: (p.limited_info.period_type > 0)
        <= p.limited_info.limited_buy_num <= STOCK_MAX),
    ("extra_service.seven_day_return", "is 0 to 3",
        lambda p, _: p.extra_service.seven_day_return in range(4)),
    ("extra_service.seven_day_return", "is given in this category",
        lambda p, f: p.extra_service.seven_day_return > 0 or not _leaf(p, f).seven_day_return),
    ("extra_service", "has 0 or 1 in its other fields",
        lambda p, _: {
            p.extra_service.pay_after_use, p.extra_service.freight_insurance,
            p.extra_service.fake_one_pay_three, p.extra_service.damage_guarantee,
            p.extra_service.exchange_support,
        } <= {0, 1}),
    ("after_sale_info.after_sale_address_id", "is an address id",
        lambda p, _: 0 <= p.after_sale_info.after_sale_address_id <= ID_MAX),
    ("size_chart", "has values of at most 5 characters",
        lambda p, _: p.size_chart is None or all(
            max(map(len, (v.value, v.left, v.right))) <= 5
            for s in p.size_chart.specification_list for v in s.value_list
        )),
    ("timing_onsale_info.status", "is 0: sales that begin at a set time are not offered yet",
        lambda p, _: p.timing_onsale_info is None
        or (p.timing_onsale_info.status == 0
            and 0 <= p.timing_onsale_info.onsale_time <= ID_MAX)),
    ("release_mode", "is 0 or 1", lambda p, _: p.release_mode in {0, 1}),
    ("spu_deliver_info.sku_deliver_info", "is from stock, or a presale within its limits of time",
        lambda p, f: p.spu_deliver_info is None
        or _may_be_delivered(p.spu_deliver_info.sku_deliver_info, f)),
    ("skus", "has 1 to 500 SKUs", lambda p, _: 1 <= len(p.skus) <= 500),
    ("skus", "has no sku_id twice",
        lambda p, _: len({i for i in p.sku_ids if i}) == sum(i != 0 for i in p.sku_ids)),
)  # fmt: skip

_SKU: Final[tuple[tuple[str, str, SkuCheck], ...]] = (
    ("out_sku_id", "has at most 128 characters", lambda s, _p, _f: len(s.out_sku_id) <= 128),
    ("thumb_img", "is a url that img/upload returned",
        lambda s, _p, f: not s.thumb_img or f.is_ours(s.thumb_img)),
    ("sale_price", "is 1 to 1000000000 fen", lambda s, _p, _f: 1 <= s.sale_price <= PRICE_FEN_MAX),
    ("sale_price", "is not below the floor price of the category",
        lambda s, p, f: s.sale_price >= _leaf(p, f).floor_price_fen),
    ("market_price", "is 0 to 1000000000 fen",
        lambda s, _p, _f: 0 <= s.market_price <= PRICE_FEN_MAX),
    ("stock_num", "is 0 to 10000000",
        lambda s, _p, _f: s.stock_num is None or 0 <= s.stock_num <= STOCK_MAX),
    ("sku_code", "has at most 100 characters",
        lambda s, _p, _f: len(s.sku_code) <= 100 and plain(s.sku_code)),
    ("bar_code", "has at most 100 characters", lambda s, _p, _f: len(s.bar_code) <= 100),
    ("sku_attrs", "has keys and values of 1 to 40 characters",
        lambda s, _p, _f: all(
            0 < len(a.attr_key) <= 40 and 0 < len(a.attr_value) <= 40 for a in s.sku_attrs
        )),
    ("sku_deliver_info", "is from stock, or a presale within its limits of time",
        lambda s, _p, f: _may_be_delivered(s.sku_deliver_info, f)),
    ("status", "is 5 or 11", lambda s, _p, _f: s.status in {5, 11}),
)  # fmt: skip


def check(sheet: ProductSheet, facts: Facts) -> None:
    """Refuse a sheet that breaks a rule, naming the first field and rule in the table's order."""
    for field, rule, holds in _PRODUCT:
        if not holds(sheet, facts):
            raise InvalidField(field=field, rule=rule)
    for i, sku in enumerate(sheet.skus):
        for field, rule, sku_holds in _SKU:
            if not sku_holds(sku, sheet, facts):
                raise InvalidField(field=f"skus[{i}].{field}", rule=rule)
