"""Products as shops describe them and as buyers and orders see them, and what follows from that.

A sheet is a product's document, in the words of the protocol: shops write it whole, read it whole,
and nobody inside needs more of it than `Shown` and `SkuOnline` say.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from tongshang.modules.catalog.machine import ProductStatus

ProductKey: TypeAlias = tuple[int, int]  # shop_id, product_id
SkuKey: TypeAlias = tuple[int, int]  # shop_id, sku_id

ROOT: Final = 0  # the category above all; its shelf has everything that is listed


# --- what others see ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the tree of goods; what it asks of products and takes of sales."""

    cat_id: int
    parent_id: int
    level: int
    name: str
    name_en: str = ""
    fee_ppm: int = 0
    confirm_receipt_days: int = 10
    seven_day_return: bool = False
    floor_price_fen: int = 0
    is_leaf: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """One SKU as an order takes it over."""

    shop_id: int
    product_id: int
    sku_id: int
    title: str
    thumb_url: str
    attrs: tuple[tuple[str, str], ...]
    sku_code: str
    price_fen: int
    market_price_fen: int
    cat_id: int
    fee_ppm: int
    confirm_receipt_days: int
    freight_template_id: int
    on_sale: bool


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product at a glance."""

    shop_id: int
    product_id: int
    title: str
    short_title: str
    picture_url: str
    price_fen: int
    market_price_fen: int
    sku_count: int
    status: ProductStatus


# --- a product's document -----------------------------------------------------------------------
