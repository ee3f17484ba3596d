"""What shops do with products, for many at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from tongshang.kernel.ids import Named
from tongshang.modules.catalog import copies, domain, rules, store
from tongshang.modules.catalog.domain import Listing, Product, ProductKey, SheetPatch
from tongshang.modules.catalog.events import ProductAudited, ProductChanged, ProductListed
from tongshang.modules.catalog.machine import (
    DRAFT,
    PRODUCT,
    DraftMove,
    DraftStatus,
    ProductMove,
    ProductStatus,
)
from tongshang.modules.catalog.refusals import (
    DraftInAudit,
    DraftNotInAudit,
    NeverListed,
    ProductNotFound,
    SkuNotFound,
)
from tongshang.modules.catalog.sheet import ProductSheet
from tongshang.modules.governance import api as governance
from tongshang.modules.governance.api import AuditDraft, AuditMove, Verdict
from tongshang.modules.inventory import api as inventory
from tongshang.modules.inventory.api import StockDraft, StockMove, StockOp
from tongshang.modules.media import api as media
from tongshang.runtime import jobs
from tongshang.runtime.call import Call, Fact
from tongshang.runtime.db import Tx

ONLINE: Final = 1
DRAFTED: Final = 2
AUDIT_JOB: Final = "catalog.audit"
_SUBJECT: Final = "product"


@dataclass(frozen=True, slots=True)
class AuditTicket:
    """A draft that waits for its audit."""

    shop_id: int
    product_id: int
    audit_id: int


# --- reading and checking -----------------------------------------------------------------------


async def hold(call: Call, shop_id: int, product_ids: Sequence[int]) -> list[Product]:
    """The shop's products, to decide on; deleted ones are not found."""
    keys = [(shop_id, product_id) for product_id in product_ids]
    held = await store.hold_products(call.tx, keys)
    for key in keys:
        if key not in held or held[key].status is ProductStatus.DELETED:
            raise ProductNotFound(product_id=str(key[1]))
    return [held[key] for key in keys]


def not_in_audit(product: Product) -> None:
    """Refuse while the draft is in audit."""
    if product.draft_status is DraftStatus.IN_AUDIT:
        raise DraftInAudit(product_id=str(product.product_id))


async def check(call: Call, sheets: Iterable[ProductSheet]) -> None:
    """Refuse sheets that break a rule; the categories of all are read at once."""
    given = list(sheets)
    cat_ids = {i for sheet in given for i in sheet.path if 0 < i <= rules.ID_MAX}
    categories = await store.find_categories(call.tx, cat_ids)
    facts = rules.Facts(categories, media.is_ours, call.at)
    for sheet in given:
        rules.check(sheet, facts)


def _new_skus(call: Call) -> Callable[[int], Iterable[int]]:
    return lambda count: call.take_ids(Named.SKU, count)


# --- drafts -------------------------------------------------------------------------------------


async def add_products(call: Call, shop_id: int, sheets: Sequence[ProductSheet]) -> list[Product]:
    """New products, as drafts; their stock is counted from now on."""
    if not sheets:
        return []
    await check(call, sheets)
    drafts = [domain.numbered(sheet, _new_skus(call)) for sheet in sheets]
    products = [
        Product(
            shop_id=shop_id,
            product_id=product_id,
            status=PRODUCT.start,
            draft_status=DRAFT.step(DRAFT.start, DraftMove.EDIT),
            out_product_id=sheet.out_product_id,
            created_at=call.at,
            shown=domain.shown(sheet),
        )
        for sheet, product_id in zip(drafts, call.take_ids(Named.PRODUCT, len(drafts)), strict=True)
    ]
    by_key = {product.key: sheet for product, sheet in zip(products, drafts, strict=True)}
    await store.save_products(call.tx, products)
    await store.add_owners(call.tx, products)
    await _save_copies(call, DRAFTED, products, by_key)
    await inventory.open_stocks(
        call,
        [
            StockDraft(*_sku_key(key, sku.sku_id), key[1], sku.stock_num or 0)
            for key, sheet in by_key.items()
            for sku in sheet.skus
        ],
    )
    return products


async def update_drafts(
    call: Call, shop_id: int, sheets: Mapping[int, ProductSheet]
) -> list[Product]:
    """Overwrite the drafts of products.

    A SKU that is not online yet takes over the stock given with it; the stock of one that is online
    is what buyers left of it, and changes only by `product/stock/update` and `product/auditfree`.
    """
    products = await hold(call, shop_id, list(sheets))
    for product in products:
        not_in_audit(product)
    await check(call, sheets.values())
    before = await _sheets(call, products)
    drafts: dict[ProductKey, ProductSheet] = {}
    opened: list[StockDraft] = []
    counted: list[StockDraft] = []
    edited: list[Product] = []
    for product in products:
        draft, online = before[product.key][DRAFTED], before[product.key].get(ONLINE)
        sheet = domain.overwritten(sheets[product.product_id], draft, online, _new_skus(call))
        drafts[product.key] = sheet
        known = {*draft.sku_ids, *(online.sku_ids if online else ())}
        for sku in sheet.skus:
            stock = StockDraft(shop_id, sku.sku_id, product.product_id, sku.stock_num or 0)
            if sku.sku_id not in known:
                opened.append(stock)
            elif sku.stock_num is not None and (online is None or sku.sku_id not in online.sku_ids):
                counted.append(stock)
        edited.append(domain.edited(product, sheet))
    await store.save_products(call.tx, edited)
    await _save_copies(call, DRAFTED, edited, drafts)
    await inventory.open_stocks(call, opened)
    await inventory.set_stocks(call, counted)
    return edited


async def _sheets(
    call: Call, products: Sequence[Product]
) -> dict[ProductKey, dict[int, ProductSheet]]:
    found = await store.find_copies(call.tx, [product.key for product in products])
    return {
        key: {kind: copies.unpack(body) for kind, body in bodies.items()}
        for key, bodies in found.items()
    }


async def skus_of(
    tx: Tx, shop_id: int, product_ids: Sequence[int]
) -> dict[int, tuple[tuple[int, str], ...]]:
    """For each product the SKUs of its draft, with the shop's own names for them."""
    found = await store.find_copies(tx, [(shop_id, product_id) for product_id in product_ids])
    drafts = {key[1]: copies.unpack(bodies[DRAFTED]) for key, bodies in found.items()}
    return {
        product_id: tuple((sku.sku_id, sku.out_sku_id) for sku in draft.skus)
        for product_id, draft in drafts.items()
    }


async def _save_copies(
    call: Call, kind: int, products: Sequence[Product], sheets: Mapping[ProductKey, ProductSheet]
) -> None:
    bodies = {one.key: copies.pack(one, sheets[one.key], call.at) for one in products}
    await store.save_copies(call.tx, kind, bodies)


def _sku_key(key: ProductKey, sku_id: int) -> tuple[int, int]:
    return key[0], sku_id


# --- listing and the audit ----------------------------------------------------------------------


async def list_products(call: Call, shop_id: int, product_ids: Sequence[int]) -> list[AuditTicket]:
    """Put products on sale: drafts that were edited go to audit, unchanged ones are back at once.

    The tickets of those in audit come back; `judge` decides them, now or as a job.
    """
    submitted: list[Product] = []
    relisted: list[Product] = []
    for product in await hold(call, shop_id, product_ids):
        not_in_audit(product)
        match domain.listing(product):
            case Listing.AUDIT:
                submitted.append(product)
            case Listing.AGAIN:
                relisted.append(replace(product, status=ProductStatus.LISTED))
            case Listing.NOTHING:
                pass
    await _relist(call, relisted)
    return await _submit(call, submitted)


async def _submit(call: Call, products: Sequence[Product]) -> list[AuditTicket]:
    if not products:
        return []
    audit_ids = await governance.submit_audits(
        call, [AuditDraft(one.shop_id, _SUBJECT, one.product_id) for one in products]
    )
    await store.save_products(
        call.tx,
        [
            domain.submitted(product, audit_id, call.at)
            for product, audit_id in zip(products, audit_ids, strict=True)
        ],
    )
    return [
        AuditTicket(product.shop_id, product.product_id, audit_id)
        for product, audit_id in zip(products, audit_ids, strict=True)
    ]


async def _relist(call: Call, products: Sequence[Product]) -> None:
    if not products:
        return
    before = await _sheets(call, products)
    await store.save_products(call.tx, products)
    await store.shelve(call.tx, {one.key: before[one.key][ONLINE].path for one in products})
    await call.tell(*(_listed(product) for product in products))


async def judge_later(call: Call, tickets: Sequence[AuditTicket]) -> None:
    """Have drafts judged right after the commit, so that a withdrawal has its moment."""
    await jobs.add(
        call,
        [
            jobs.Job(AUDIT_JOB, msgspec.json.encode(ticket), call.at, ticket.shop_id)
            for ticket in tickets
        ],
    )


async def judge(call: Call, tickets: Sequence[AuditTicket]) -> dict[int, tuple[str, ...]]:
    """Judge drafts by the automatic rules; those that pass are online and listed after it.

    Tickets of audits that were withdrawn meanwhile are passed over. Says why drafts failed.
    """
    wanted = {(ticket.shop_id, ticket.product_id): ticket.audit_id for ticket in tickets}
    held = await store.hold_products(call.tx, sorted(wanted))
    waiting = [
        product
        for product in held.values()
        if product.draft_status is DraftStatus.IN_AUDIT and product.audit_id == wanted[product.key]
    ]
    if not waiting:
        return {}
    drafts = {key: both[DRAFTED] for key, both in (await _sheets(call, waiting)).items()}
    reasons = {key: governance.judge(draft.texts()) for key, draft in drafts.items()}
    await governance.decide_audits(
        call,
        [
            Verdict(
                one.shop_id,
                one.audit_id,
                AuditMove.REJECT if reasons[one.key] else AuditMove.PASS,
                reasons[one.key],
            )
            for one in waiting
        ],
    )
    passed = {
        one: domain.passed(one, drafts[one.key], call.at) for one in waiting if not reasons[one.key]
    }
    failed = [domain.failed(one, reasons[one.key], call.at) for one in waiting if reasons[one.key]]
    await store.save_products(call.tx, [*passed.values(), *failed])
    await _publish(call, {one.key: drafts[one.key] for one in passed.values()})
    await call.tell(*_verdicts(passed, failed))
    return {one.product_id: reasons[one.key] for one in failed}


async def _publish(call: Call, sheets: Mapping[ProductKey, ProductSheet]) -> None:
    if not sheets:
        return
    await store.publish_copies(call.tx, list(sheets))
    await store.save_skus(call.tx, sheets)
    await store.shelve(call.tx, {key: sheet.path for key, sheet in sheets.items()})


def _verdicts(passed: Mapping[Product, Product], failed: Sequence[Product]) -> list[Fact]:
    facts: list[Fact] = [
        ProductAudited(one.shop_id, one.product_id, True, "", one.audit_id)
        for one in passed.values()
    ]
    facts += [
        ProductAudited(one.shop_id, one.product_id, False, one.reject_reason, one.audit_id)
        for one in failed
    ]
    facts += [
        _changed(after) if before.status is after.status else _listed(after)
        for before, after in passed.items()
    ]
    return facts


async def withdraw(call: Call, shop_id: int, product_ids: Sequence[int]) -> None:
    """Take drafts out of the audit, to edit them again."""
    products = await hold(call, shop_id, product_ids)
    for product in products:
        if product.draft_status is not DraftStatus.IN_AUDIT:
            raise DraftNotInAudit(product_id=str(product.product_id))
    await store.save_products(call.tx, await _withdraw(call, products))


async def _withdraw(call: Call, products: Sequence[Product]) -> list[Product]:
    """The products with no draft in audit."""
    waiting = [one for one in products if one.draft_status is DraftStatus.IN_AUDIT]
    if waiting:
        verdicts = [Verdict(one.shop_id, one.audit_id, AuditMove.WITHDRAW) for one in waiting]
        await governance.decide_audits(call, verdicts)
    return [domain.withdrawn(one) if one in waiting else one for one in products]


# --- off sale -----------------------------------------------------------------------------------


async def delist(call: Call, shop_id: int, product_ids: Sequence[int]) -> None:
    """Take products off sale; those that are off sale already stay so.

    A draft in audit is withdrawn, or its passing would put the product on sale again.
    """
    products = [
        domain.moved(product, ProductMove.DELIST)
        for product in await hold(call, shop_id, product_ids)
        if product.status is not ProductStatus.DELISTED
    ]
    products = await _withdraw(call, products)
    if products:
        await store.save_products(call.tx, products)
        await store.unshelve(call.tx, [product.key for product in products])
        await call.tell(*(_listed(product) for product in products))


async def delete(call: Call, shop_id: int, product_ids: Sequence[int]) -> None:
    """Delete products for good; what was sold of them stays in its orders."""
    held = await hold(call, shop_id, product_ids)
    for product in held:
        not_in_audit(product)
    products = [domain.moved(product, ProductMove.DELETE) for product in held]
    await store.save_products(call.tx, products)
    await store.unshelve(call.tx, [product.key for product in products])
    await call.tell(*(_changed(product) for product in products))


# --- online, without an audit -------------------------------------------------------------------


async def change_online(call: Call, shop_id: int, patches: Mapping[int, SheetPatch]) -> None:
    """Change products online at once, and their drafts alike, so that no later listing undoes it."""
    products = await hold(call, shop_id, list(patches))
    for product in products:
        if not product.is_online:
            raise NeverListed(product_id=str(product.product_id))
    before = await _sheets(call, products)
    online: dict[ProductKey, ProductSheet] = {}
    drafts: dict[ProductKey, ProductSheet] = {}
    for product in products:
        patch, both = patches[product.product_id], before[product.key]
        known = {*both[ONLINE].sku_ids, *both[DRAFTED].sku_ids}
        for sku in patch.skus:
            if sku.sku_id not in known:
                raise SkuNotFound(product_id=str(product.product_id), sku_id=str(sku.sku_id))
        online[product.key] = domain.patched(both[ONLINE], patch)
        drafts[product.key] = domain.patched(both[DRAFTED], patch)
    await check(call, [*online.values(), *drafts.values()])
    changed = [replace(one, shown=domain.shown(online[one.key])) for one in products]
    await store.save_products(call.tx, changed)
    await _save_copies(call, ONLINE, changed, online)
    await _save_copies(call, DRAFTED, changed, drafts)
    await store.save_skus(call.tx, online)
    await call.tell(*(_changed(product) for product in changed))


@dataclass(frozen=True, slots=True)
class StockChange:
    """How a shop changes the stock of a SKU: diff_type 1 adds, 2 subtracts, 3 sets."""

    sku_id: int
    diff_type: int
    num: int


async def change_stocks(call: Call, product_id: int, changes: Sequence[StockChange]) -> None:
    """Change stocks of one product's SKUs, from what they are at this moment."""
    if not changes:
        return
    keys = [(call.shop_id, change.sku_id) for change in changes]
    found = await inventory.lock(call.tx, keys)
    counts = await inventory.stocks_of_products(call.tx, call.shop_id, [product_id])
    now = {key: found[key] for key in keys if key[1] in counts.get(product_id, {})}
    moves: list[StockMove] = []
    for key, change in zip(keys, changes, strict=True):
        if key not in now:
            raise SkuNotFound(product_id=str(product_id), sku_id=str(change.sku_id))
        by = domain.stock_change(now[key], change.diff_type, change.num)
        now[key] += by
        moves.append(StockMove(*key, product_id, by, StockOp(change.diff_type)))
    await inventory.move(call, moves)


def _listed(product: Product) -> ProductListed:
    return ProductListed(
        product.shop_id, product.product_id, product.out_product_id, product.status, ""
    )


def _changed(product: Product) -> ProductChanged:
    return ProductChanged(product.shop_id, product.product_id, product.status)
