"""Products as shops describe them and as buyers and orders see them, and what follows from that."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from tongshang.kernel.refusal import InvalidField
from tongshang.modules.catalog.machine import (
    DRAFT,
    PRODUCT,
    DraftMove,
    DraftStatus,
    ProductMove,
    ProductStatus,
    SkuStatus,
)
from tongshang.modules.catalog.refusals import WrongParameter
from tongshang.modules.catalog.sheet import (
    DeliverInfo,
    ExpressInfo,
    ExtraService,
    LimitedInfo,
    ProductSheet,
    SkuSheet,
)

ProductKey: TypeAlias = tuple[int, int]  # shop_id, product_id
SkuKey: TypeAlias = tuple[int, int]  # shop_id, sku_id

ROOT: Final = 0  # the category above all; its shelf has everything that is listed
REASON_MAX: Final = 2000
STOCK_MAX: Final = 10_000_000


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
    barred: int = 0  # scenes, as `governance.is_barred` reads them


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
    barred: int = 0  # scenes, as `governance.is_barred` reads them
    sku_ids: tuple[int, ...] = ()  # those on sale; only where products are asked for by key


# --- a product beside its documents -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """What orders, cards and lists need of a sheet."""

    title: str
    short_title: str
    picture_url: str
    price_fen: int
    market_price_fen: int
    sku_count: int
    cat_id: int
    freight_template_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Where a product stands. `shown` is of the online copy, of the draft until it is listed."""

    shop_id: int
    product_id: int
    status: ProductStatus
    draft_status: DraftStatus
    out_product_id: str
    created_at: datetime
    shown: Shown
    audit_id: int = 0
    submitted_at: datetime | None = None
    audited_at: datetime | None = None
    reject_reason: str = ""

    @property
    def key(self) -> ProductKey:
        """Which product."""
        return self.shop_id, self.product_id

    @property
    def is_online(self) -> bool:
        """Whether it was listed once, so that there is an online copy."""
        return self.status is not ProductStatus.NEW


def shown(sheet: ProductSheet) -> Shown:
    """What others need of a sheet: the cheapest SKU on sale gives the price."""
    on_sale = [sku for sku in sheet.skus if sku.status == SkuStatus.ON_SALE] or sheet.skus
    cheapest = min(on_sale, key=lambda sku: sku.sale_price)
    return Shown(
        title=sheet.title,
        short_title=sheet.short_title,
        picture_url=sheet.head_imgs[0],
        price_fen=cheapest.sale_price,
        market_price_fen=cheapest.market_price,
        sku_count=len(sheet.skus),
        cat_id=sheet.path[-1],
        freight_template_id=sheet.express_info.template_id,
    )


# --- writing a draft ----------------------------------------------------------------------------


def numbered(sheet: ProductSheet, take_ids: Callable[[int], Iterable[int]]) -> ProductSheet:
    """A new product's sheet, every SKU with an id of its own and on sale."""
    ids = take_ids(len(sheet.skus))
    skus = (
        replace(sku, sku_id=sku_id, status=SkuStatus.ON_SALE)
        for sku, sku_id in zip(sheet.skus, ids, strict=True)
    )
    return replace(sheet, skus=tuple(skus))


def overwritten(
    new: ProductSheet,
    draft: ProductSheet,
    online: ProductSheet | None,
    take_ids: Callable[[int], Iterable[int]],
) -> ProductSheet:
    """The draft after an update: all of `new`, where only what cannot change is kept.

    Known SKUs keep their outer id and whether they are on sale, SKUs without id get one, and an
    outer id that differs from the one given at first refuses (reference sections 3.1, 3.2).
    """
    known = {sku.sku_id: sku for sku in (*(online.skus if online else ()), *draft.skus)}
    fresh = iter(take_ids(sum(not sku.sku_id for sku in new.skus)))
    _keep("out_product_id", draft.out_product_id, new.out_product_id)
    if online is not None and online.path[0] != new.path[0]:
        raise InvalidField(field="cats_v2", rule="the first level stays what it was when listed")
    skus: list[SkuSheet] = []
    for i, sku in enumerate(new.skus):
        if not sku.sku_id:
            skus.append(replace(sku, sku_id=next(fresh), status=SkuStatus.ON_SALE))
            continue
        if sku.sku_id not in known:
            raise InvalidField(field=f"skus[{i}].sku_id", rule="is not a SKU of this product")
        old = known[sku.sku_id]
        _keep(f"skus[{i}].out_sku_id", old.out_sku_id, sku.out_sku_id)
        skus.append(replace(sku, out_sku_id=old.out_sku_id, status=old.status))
    return replace(new, out_product_id=draft.out_product_id, skus=tuple(skus))


def _keep(field_name: str, old: str, new: str) -> None:
    if new and new != old:
        raise InvalidField(field=field_name, rule="cannot be changed")


# --- changing what needs no audit ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SkuPatch:
    """What a shop changes of one SKU at once."""

    sku_id: int
    fields: Mapping[str, object]
    is_delete: bool = False


@dataclass(frozen=True, slots=True)
class SheetPatch:
    """What a shop changes at once: fields of the sheet, parts of its parts, and SKUs."""

    fields: Mapping[str, object]
    parts: Mapping[str, Mapping[str, object]]
    skus: tuple[SkuPatch, ...]


_EMPTY: Final[Mapping[str, Callable[[], Any]]] = {
    "express_info": ExpressInfo,
    "limited_info": LimitedInfo,
    "extra_service": ExtraService,
    "sku_deliver_info": DeliverInfo,
}


def patched(sheet: ProductSheet, patch: SheetPatch) -> ProductSheet:
    """The sheet with the changes in it; SKUs that it has not are passed over."""
    by_id = {sku.sku_id: sku for sku in patch.skus}
    skus = tuple(
        _patched_sku(sku, by_id[sku.sku_id]) if sku.sku_id in by_id else sku
        for sku in sheet.skus
        if sku.sku_id not in by_id or not by_id[sku.sku_id].is_delete
    )
    parts = {name: _merged(sheet, name, changes) for name, changes in patch.parts.items()}
    changes: dict[str, Any] = {**patch.fields, **parts}
    return replace(sheet, skus=skus, **changes)


def _patched_sku(sku: SkuSheet, patch: SkuPatch) -> SkuSheet:
    changes: dict[str, Any] = dict(patch.fields)
    deliver = changes.pop("sku_deliver_info", None)
    if isinstance(deliver, dict) and deliver:
        changes["sku_deliver_info"] = _merged(sku, "sku_deliver_info", deliver)
    return replace(sku, **changes)


def _merged(whole: object, name: str, changes: Mapping[str, object]) -> Any:
    """A part of a sheet with only the named fields changed: `{}` changes nothing."""
    part = getattr(whole, name) or _EMPTY[name]()
    return replace(part, **changes)


# --- steps of the two lifecycles ----------------------------------------------------------------


class Listing(StrEnum):
    """What putting a product on sale means for it."""

    AUDIT = "audit"
    AGAIN = "again"
    NOTHING = "nothing"


def listing(product: Product) -> Listing:
    """What is to be done to have the product on sale with what its draft says.

    A draft that was edited, or failed, is judged first; one that passed is online already, so a
    product that was taken off sale is back at once (reference section 3.1).
    """
    is_listed = product.status is ProductStatus.LISTED
    status = product.status if is_listed else PRODUCT.step(product.status, ProductMove.LIST)
    if DRAFT.allows(product.draft_status, DraftMove.SUBMIT):
        return Listing.AUDIT
    return Listing.NOTHING if product.status is status else Listing.AGAIN


def moved(product: Product, move: ProductMove) -> Product:
    """The product with its online copy moved along."""
    return replace(product, status=PRODUCT.step(product.status, move))


def edited(product: Product, draft: ProductSheet) -> Product:
    """The product after its draft was written; nobody else sees that of a listed one."""
    return replace(
        product,
        draft_status=DRAFT.step(product.draft_status, DraftMove.EDIT),
        reject_reason="",
        shown=product.shown if product.is_online else shown(draft),
    )


def submitted(product: Product, audit_id: int, at: datetime) -> Product:
    """The product with its draft in audit."""
    return replace(
        product,
        draft_status=DRAFT.step(product.draft_status, DraftMove.SUBMIT),
        audit_id=audit_id,
        submitted_at=at,
        audited_at=None,
        reject_reason="",
    )


def withdrawn(product: Product) -> Product:
    """The product with its draft taken out of the audit."""
    return replace(product, draft_status=DRAFT.step(product.draft_status, DraftMove.WITHDRAW))


def passed(product: Product, draft: ProductSheet, at: datetime) -> Product:
    """The product with its draft online and on sale."""
    is_listed = product.status is ProductStatus.LISTED
    return replace(
        product,
        status=product.status if is_listed else PRODUCT.step(product.status, ProductMove.LIST),
        draft_status=DRAFT.step(product.draft_status, DraftMove.APPROVE),
        audited_at=at,
        shown=shown(draft),
    )


def failed(product: Product, reasons: Sequence[str], at: datetime) -> Product:
    """The product with its draft sent back; what is online stays."""
    return replace(
        product,
        draft_status=DRAFT.step(product.draft_status, DraftMove.REJECT),
        audited_at=at,
        reject_reason="；".join(reasons)[:REASON_MAX],
    )


def stock_change(available: int, diff_type: int, num: int) -> int:
    """How many more there are after a shop's change (reference section 3.4)."""
    if diff_type not in {1, 2, 3}:
        raise WrongParameter(field="diff_type", rule="is 1 (add), 2 (subtract) or 3 (set)")
    if not 0 <= num <= STOCK_MAX:
        raise WrongParameter(field="num", rule=f"is 0 to {STOCK_MAX}")
    change = {1: num, 2: -num, 3: num - available}[diff_type]
    if change > 0 and available + change > STOCK_MAX:
        raise WrongParameter(field="num", rule=f"leads to at most {STOCK_MAX}")
    return change
