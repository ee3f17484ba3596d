"""Keeping the index: documents are made from what is so now, never from what a fact says.

So a fact that comes twice, late or out of order changes nothing: it only names what to look at.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel.ids import EPOCH_MS
from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import ProductSheet
from tongshang.modules.compass import api as compass
from tongshang.modules.delivery import api as delivery
from tongshang.modules.governance import api as governance
from tongshang.modules.governance.api import Bar
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.inventory import api as inventory
from tongshang.modules.search.domain import documents, ranking, words
from tongshang.modules.search.domain.documents import (
    NAMES_KEPT_MAX,
    TERM_MAX,
    TITLE_KEPT_MAX,
    Document,
    DocumentKey,
    DocumentKind,
    Facet,
)
from tongshang.modules.search.domain.text import plain
from tongshang.modules.search.store import documents as documents_
from tongshang.modules.search.store import terms as terms_
from tongshang.modules.search.store.documents import Kept
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import BlockKind, Content
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

WORD, SHOP, TITLE, CATEGORY = 1, 2, 3, 4  # kinds of terms
SHOP_WEIGHT: Final = 50  # a name counts as much as a word of so many goods
PLATFORM: Final = 0  # whose the groups of presents are

_EPOCH: Final = datetime.fromtimestamp(EPOCH_MS / 1000, UTC)
_PRODUCT: Final = int(DocumentKind.PRODUCT)
_HIDING: Final = frozenset({Bar.SEARCH, Bar.SALE})


async def refresh(call: Call, keys: Iterable[DocumentKey], seen: int = 0) -> int:
    """Make the documents of `keys` say what is so now; how many were written or dropped."""
    wanted = sorted(set(keys))
    if not wanted:
        return 0
    made = {one.key: one for one in await _documents(call, wanted)}
    kept = await documents_.find_kept(call.tx, wanted)
    changed = [one for key, one in made.items() if key not in kept or not _is_same(kept[key], one)]
    gone = [key for key in kept if key not in made]
    await documents_.save(call.tx, changed, seen)
    await documents_.drop(call.tx, gone)
    if seen:
        same = made.keys() - {one.key for one in changed}
        await documents_.mark_seen(call.tx, sorted(same), seen)
    weights: Counter[tuple[str, int]] = Counter()
    for key in (*(one.key for one in changed), *gone):
        if (old := kept.get(key)) is not None:
            weights.subtract(_terms(key[1], old.title, old.names, old.suggests))
        if (new := made.get(key)) is not None:
            weights.update(_terms(key[1], new.title, new.names, new.suggests))
    await terms_.weigh(call.tx, dict(weights))
    return len(changed) + len(gone)


def _is_same(kept: Kept, now: Document) -> bool:
    return kept.print == now.print and kept.trade == now.trade


async def count_anew(call: Call, products: Iterable[tuple[int, int]]) -> int:
    """Make the documents of products say how many were sold and whether there are any left.

    Trade moves this all day, so texts are neither read nor cut for it: they are only written
    again where a document comes to rank high, or does so no more. How many were written.
    """
    keys = sorted(set(products))
    if not keys:
        return 0
    kept = await documents_.find_kept(call.tx, [(one, _PRODUCT, other) for one, other in keys])
    sold = await compass.sold_counts(call.tx, keys)
    left = await inventory.left_of(call.tx, keys)
    moved: dict[DocumentKey, Kept] = {}
    crossing: list[DocumentKey] = []
    for key, old in kept.items():
        product = (key[0], key[2])
        now = _traded(old, max(sold.get(product, 0), 0), in_stock=left.get(product, 0) > 0)
        if now.trade == old.trade:
            continue
        if _is_hot(now) is _is_hot(old):
            moved[key] = now
        else:
            crossing.append(key)
    await documents_.save_trade(call.tx, moved)
    return len(moved) + (await refresh(call, crossing) if crossing else 0)


def _is_hot(kept: Kept) -> bool:
    return ranking.is_hot(kept.rank, in_stock=kept.in_stock)


def _traded(old: Kept, sold: int, *, in_stock: bool) -> Kept:
    before = ranking.merit_of_trade(old.sold, in_stock=old.in_stock)
    after = ranking.merit_of_trade(sold, in_stock=in_stock)
    return replace(old, sold=sold, in_stock=in_stock, rank=old.rank - before + after)


def _terms(kind: int, title: str, names: str, suggests: str) -> dict[tuple[str, int], int]:
    """What a document adds to the words that are known, and to what is suggested."""
    found = documents.known_words(title) | documents.known_words(names)
    terms = dict.fromkeys(((word, WORD) for word in found), 1)
    for line in suggests.splitlines():
        number, _, term = line.partition(":")
        if term and len(term) <= (TERM_MAX if number != str(TITLE) else TITLE_KEPT_MAX):
            terms[term, int(number)] = SHOP_WEIGHT if int(number) == SHOP else 1
    return terms


async def _documents(call: Call, keys: Sequence[DocumentKey]) -> list[Document]:
    by_kind: dict[int, list[DocumentKey]] = {}
    for key in keys:
        by_kind.setdefault(key[1], []).append(key)
    products = [(key[0], key[2]) for key in by_kind.get(DocumentKind.PRODUCT, ())]
    return [
        *await _products(call.tx, products),
        *await _shops(call.tx, [key[2] for key in by_kind.get(DocumentKind.SHOP, ())]),
        *await _contents(call.tx, [key[2] for key in by_kind.get(DocumentKind.CONTENT, ())]),
        *_groups({key[2] for key in by_kind.get(DocumentKind.GIFT_GROUP, ())}),
    ]


# --- products -----------------------------------------------------------------------------------


async def _products(tx: Tx, keys: Sequence[tuple[int, int]]) -> list[Document]:
    """Products that are on sale and may be found: seven statements, however many."""
    if not keys:
        return []
    barred = await governance.restrictions_of(tx, keys)
    open_keys = [key for key in keys if not barred.get(key, frozenset()) & _HIDING]
    sheets = await catalog.sheets(tx, [product_id for _, product_id in open_keys])
    found = [(key, sheets[key[1]][1]) for key in open_keys if key[1] in sheets]
    if not found:
        return []
    cat_ids = sorted({cat_id for _, sheet in found for cat_id in sheet.path})
    categories = await catalog.categories(tx, cat_ids)
    names = {cat_id: one.name for cat_id, one in categories.items()}
    shops = await identity.find_parties(tx, sorted({key[0] for key, _ in found}))
    left = await inventory.left_of(tx, [key for key, _ in found])
    templates = {(key[0], sheet.express_info.template_id) for key, sheet in found}
    rules = await delivery.freight_rules(tx, sorted(templates))
    sold = await compass.sold_counts(tx, [key for key, _ in found])
    made = []
    for key, sheet in found:
        rule = rules.get((key[0], sheet.express_info.template_id))
        made.append(
            _product(
                key,
                sheet,
                shop_name=shops[key[0]].name if key[0] in shops else "",
                names=names,
                left=left.get(key, 0),
                sold=max(sold.get(key, 0), 0),
                is_free=rule == delivery.SHIPS_FREE,
                hides=Bar.HIDDEN_INFO in barred.get(key, frozenset()),
            )
        )
    return made


def _product(
    key: tuple[int, int],
    sheet: ProductSheet,
    *,
    shop_name: str,
    names: Mapping[int, str],
    left: int,
    sold: int,
    is_free: bool,
    hides: bool,
) -> Document:
    """A product as it is found. Where its information is hidden, only its title speaks for it."""
    on_sale = [sku for sku in sheet.skus if sku.status == 5] or list(sheet.skus)
    cheapest = min(on_sale, key=lambda sku: sku.sale_price)
    fits = documents.fitting(words.occasions(), f"{sheet.title} {sheet.short_title}")
    called = [names.get(cat_id, "") for cat_id in sheet.path]
    values = [one.attr_value for one in sheet.attrs]
    values += [one.attr_value for sku in sheet.skus for one in sku.sku_attrs]
    told = [] if hides else [*called, shop_name, sheet.short_title, *dict.fromkeys(values)]
    weak = [] if hides else [sheet.sub_title, *(name for one in fits for name in one.names)]
    title = documents.kept_text([sheet.title], TITLE_KEPT_MAX)
    suggests = [f"{TITLE}:{plain(sheet.short_title or sheet.title).strip()}"]
    suggests += [f"{CATEGORY}:{plain(name)}" for name in called if name]
    return Document(
        owner_id=key[0],
        kind=DocumentKind.PRODUCT,
        subject_id=key[1],
        title=title,
        names=documents.kept_text(told, NAMES_KEPT_MAX),
        weak=documents.kept_text(weak, NAMES_KEPT_MAX),
        facets=(
            Facet.shop(key[0]),
            *(Facet.category(cat_id) for cat_id in sheet.path),
            *(Facet.occasion(one.number) for one in fits),
            *((Facet.FREE_FREIGHT,) if is_free else ()),
            Facet.GIVABLE,
        ),
        cat_ids=sheet.path,
        price_fen=cheapest.sale_price,
        market_price_fen=max(cheapest.market_price, 0),
        sold=sold,
        in_stock=left > 0,
        fresh_at=made_at(key[1]),
        suggests="\n".join(dict.fromkeys(suggests)),
    )


def made_at(number: int) -> datetime:
    """When an id was made: it says so itself."""
    return _EPOCH + timedelta(milliseconds=(number % 10**17) >> 15)


# --- shops, contents, groups of presents ----------------------------------------------------------


async def _shops(tx: Tx, shop_ids: Sequence[int]) -> list[Document]:
    parties = await identity.find_parties(tx, shop_ids) if shop_ids else {}
    return [
        Document(
            owner_id=one.party_id,
            kind=DocumentKind.SHOP,
            subject_id=one.party_id,
            title=documents.kept_text([one.name, one.name_en], TITLE_KEPT_MAX),
            weak=documents.kept_text([one.intro], NAMES_KEPT_MAX),
            facets=(Facet.shop(one.party_id),),
            fresh_at=made_at(one.party_id),
            suggests=f"{SHOP}:{plain(one.name).strip()}",
        )
        for one in parties.values()
        if one.kind is PartyKind.SHOP
    ]


async def _contents(tx: Tx, content_ids: Sequence[int]) -> list[Document]:
    contents = await surfaces.get_contents(tx, content_ids) if content_ids else {}
    authors = await identity.find_parties(tx, sorted({one.author_id for one in contents.values()}))
    return [
        Document(
            owner_id=one.author_id,
            kind=DocumentKind.CONTENT,
            subject_id=one.content_id,
            title=documents.kept_text([one.title], TITLE_KEPT_MAX),
            names=documents.kept_text(
                [authors[one.author_id].name] if one.author_id in authors else [], NAMES_KEPT_MAX
            ),
            weak=documents.kept_text(_told_in(one), NAMES_KEPT_MAX),
            fresh_at=one.published_at or one.made_at,
            suggests=f"{TITLE}:{plain(one.title).strip()}",
        )
        for one in contents.values()
    ]


def _told_in(content: Content) -> list[str]:
    """What a content says first: its headings, then as much of its text as is kept."""
    kinds = (BlockKind.HEADING, BlockKind.PARAGRAPH)
    told = [block.text for kind in kinds for block in content.blocks if block.kind is kind]
    return [" ".join(told)[:NAMES_KEPT_MAX]]


def _groups(numbers: set[int]) -> list[Document]:
    return [
        Document(
            owner_id=PLATFORM,
            kind=DocumentKind.GIFT_GROUP,
            subject_id=one.number,
            title=documents.kept_text([one.title], TITLE_KEPT_MAX),
            names=documents.kept_text(one.names, NAMES_KEPT_MAX),
            facets=(Facet.occasion(one.number),),
            fresh_at=_EPOCH,
        )
        for one in words.occasions()
        if one.number in numbers
    ]
