"""What was found, as it is now: cards of goods and shops, contents, groups; and what was pasted."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.links import api as links
from tongshang.modules.search import wire
from tongshang.modules.search.actions.finding import Asked, Found, find
from tongshang.modules.search.domain import text, words
from tongshang.modules.search.domain.asking import Sort
from tongshang.modules.search.domain.documents import DocumentKind
from tongshang.modules.search.domain.query import Reading
from tongshang.modules.search.domain.ranking import Candidate, Placed
from tongshang.modules.search.store import asked as asked_
from tongshang.modules.search.store import documents as documents_
from tongshang.modules.search.store.documents import HITS_MAX
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef, Surface, scene_of
from tongshang.runtime.call import Call
from tongshang.runtime.recall import Recall

CATEGORIES_MAX: Final = 8
HELP_MAX: Final = 8
_FEW: Final = 3  # of shops and contents beside goods, in the tab of all
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NAMES: Final = "search.categories"
_NAMES_KEPT_SECONDS: Final = 30.0


async def search(call: Call, req: wire.SearchQuery) -> wire.SearchPage:
    """One page of one tab, with the counts of all."""
    after = _after(req)
    pasted = None if req.next_key else await _pasted(call, req.q)
    asked = Asked(
        req.q,
        filters=req.filters,
        sort=req.sort,
        wants_goods=req.tab in {"all", "product", "gift"},
        wants_others=(req.tab != "product" and not req.next_key) or req.tab in {"shop", "content"},
        is_gift=req.tab == "gift",
        is_literal=req.literal,
        after=_sort_key(req.sort, after),
        limit=req.limit + 1,
    )
    found = await find(call, asked)
    goods, next_key = _page(req, found.goods, after)
    others: Sequence[Placed] = found.others
    if req.tab in {"shop", "content"}:
        others, next_key = _page(req, _of_kind(others, _KINDS[req.tab]), after)
    is_all = req.tab == "all"
    shops = _of_kind(others, DocumentKind.SHOP)[: _FEW if is_all else None]
    contents = _of_kind(others, DocumentKind.CONTENT)[: _FEW if is_all else None]
    first = 0 if after is None or req.sort is Sort.RELEVANCE else after[-1]
    is_empty = not (goods or others or pasted)
    return wire.SearchPage(
        q=req.q[: text.QUERY_MAX],
        tab=req.tab,
        shown=found.reading.shown,
        is_corrected=found.reading.is_corrected,
        meant=found.meant,
        is_lenient=found.is_lenient,
        counts=_counts(found),
        products=await _products(call, found.reading, [one.candidate for one in goods], first),
        shops=await _shops(call, found.reading, shops) if req.tab in {"all", "shop"} else [],
        contents=await _contents(call, found.reading, contents)
        if req.tab in {"all", "content"}
        else [],
        groups=_groups(req, others),
        categories=await _categories(call, found),
        help=await asked_.list_top(call.tx, HELP_MAX) if is_empty else [],
        pasted=pasted,
        next_key=next_key,
    )


_KINDS: Final = {"shop": DocumentKind.SHOP, "content": DocumentKind.CONTENT}


def _of_kind(placed: Sequence[Placed], kind: DocumentKind) -> list[Placed]:
    return [one for one in placed if one.candidate.kind == kind]


def _counts(found: Found) -> wire.Counts:
    hits = found.hits
    gifts = min(hits.givable, HITS_MAX) + hits.groups
    numbers = {
        "product": hits.goods,
        "shop": hits.shops,
        "content": hits.contents,
        "gift": gifts + (hits.givable > HITS_MAX),
    }
    numbers["all"] = hits.goods + hits.shops + hits.contents + hits.groups
    return wire.Counts(
        **{
            name: wire.CountView(min(number, HITS_MAX), number > HITS_MAX)
            for name, number in numbers.items()
        }
    )


# --- pages --------------------------------------------------------------------------------------


def _after(req: wire.SearchQuery) -> tuple[int, ...] | None:
    """Where the last page ended: by relevance an order, else a value and an id, then its place."""
    key = page.after(req.question, req.next_key)
    if key is None:
        return None
    numbers = tuple(part for part in key if isinstance(part, int))
    if len(numbers) != len(key) or len(key) not in {3, 4} or max(map(abs, numbers)) >= 2**63:
        raise CursorMismatch
    return numbers


def _sort_key(sort: Sort, after: tuple[int, ...] | None) -> tuple[int | datetime, int]:
    if sort is Sort.RELEVANCE or after is None:
        return (_EPOCH if sort is Sort.NEWEST else 0), 0
    if sort is not Sort.NEWEST:
        return after[0], after[1]
    try:
        return _EPOCH + timedelta(microseconds=after[0]), after[1]
    except OverflowError:
        raise CursorMismatch from None


def _page(
    req: wire.SearchQuery, placed: Sequence[Placed], after: tuple[int, ...] | None
) -> tuple[list[Placed], str]:
    if req.sort is Sort.RELEVANCE or req.tab in {"shop", "content"}:
        rest = [one for one in placed if after is None or one.order < after]
    else:
        rest = list(placed)
    shown = rest[: req.limit]
    if len(rest) <= req.limit or not shown:
        return shown, ""
    last = shown[-1]
    if req.sort is Sort.RELEVANCE or req.tab in {"shop", "content"}:
        return shown, page.cursor(req.question, last.order)
    seen = (after[-1] if after else 0) + len(shown)
    return shown, page.cursor(
        req.question, (_value(req.sort, last.candidate), last.candidate.subject_id, seen)
    )


def _value(sort: Sort, one: Candidate) -> int:
    if sort is Sort.NEWEST:
        return (one.fresh_at - _EPOCH) // timedelta(microseconds=1)
    return one.sold if sort is Sort.SALES else one.price_fen


# --- hits ---------------------------------------------------------------------------------------


async def _products(
    call: Call, reading: Reading, found: Sequence[Candidate], first: int
) -> list[wire.ProductHit]:
    scene = scene_of(Surface.SEARCH)
    refs = [
        CardRef(one.owner_id, one.subject_id, scene=scene, surface=Surface.SEARCH, position=place)
        for place, one in enumerate(found, start=first + 1)
    ]
    texts = reading.texts()
    return [
        wire.ProductHit(card, wire.marks(text.spans(card.title, texts)), one.sold)
        for card, one in zip(await surfaces.card_views(call, refs), found, strict=True)
        # Barred since the index was told: it is not shown for the seconds until it is.
        if card.title and card.why != "barred"
    ]


async def _shops(call: Call, reading: Reading, placed: Sequence[Placed]) -> list[wire.ShopHit]:
    ids = [one.candidate.subject_id for one in placed]
    if not ids:
        return []
    counts = await documents_.count_goods(call.tx, ids)
    cards = await surfaces.shop_card_views(call, ids, Surface.SEARCH)
    texts = reading.texts()
    return [
        wire.ShopHit(card, wire.marks(text.spans(card.name, texts)), counts.get(shop_id, 0))
        for card, shop_id in zip(cards, ids, strict=True)
    ]


async def _contents(
    call: Call, reading: Reading, placed: Sequence[Placed]
) -> list[wire.ContentHit]:
    ids = [one.candidate.subject_id for one in placed]
    found = await surfaces.get_contents(call.tx, ids) if ids else {}
    if not found:
        return []
    authors = await identity.find_parties(
        call.tx, sorted({one.author_id for one in found.values()})
    )
    texts = reading.texts()
    hits = []
    for content in (found[one] for one in ids if one in found):
        author = authors.get(content.author_id)
        marked = wire.marks(text.spans(content.title, texts))
        hits.append(wire.ContentHit.of(content, author.name if author else "", marked))
    return hits


def _groups(req: wire.SearchQuery, others: Sequence[Placed]) -> list[wire.GroupHit]:
    """Groups of presents that were found; in their tab, before anything is typed, all of them."""
    known = {one.number: one for one in words.occasions()}
    if req.tab == "gift" and not req.q.strip() and not req.next_key:
        return [wire.GroupHit.of(one) for one in known.values()]
    if req.tab not in {"all", "gift"}:
        return []
    numbers = [one.candidate.subject_id for one in _of_kind(others, DocumentKind.GIFT_GROUP)]
    return [wire.GroupHit.of(known[number]) for number in numbers if number in known][:_FEW]


async def _categories(call: Call, found: Found) -> list[wire.CategoryHit]:
    candidates = [one.candidate for one in found.goods]
    wanted = sorted({one.cat_ids[-1] for one in candidates if one.cat_ids})
    recall: Recall[tuple[str, str]] = call.house.memory.setdefault(
        _NAMES, Recall(_NAMES_KEPT_SECONDS)
    )
    names = {one: told for one in wanted if (told := recall.get(str(one))) is not None}
    missing = [one for one in wanted if one not in names]
    if missing:
        for cat_id, one in (await catalog.categories(call.tx, missing)).items():
            names[cat_id] = one.name, one.name_en
            recall.keep(str(cat_id), cat_id, names[cat_id])
    return wire.categories_in(candidates, names, CATEGORIES_MAX)


# --- what was pasted ----------------------------------------------------------------------------


async def _pasted(call: Call, typed: str) -> wire.PastedView | None:
    """The card to which a link or 口令 in the box leads."""
    ref = await links.read_pasted(call, typed)
    match ref:
        case None:
            return None
        case links.CardRef() if ref.product_id:
            (card,) = await surfaces.card_views(call, [ref])
            return wire.PastedView("product", card.url, card=card)
        case links.CardRef() | links.ShopRef():
            (shop,) = await surfaces.shop_card_views(
                call, [ref.shop_id], Surface.SEARCH, ref.promoter_id, share_id=ref.share_id
            )
            return wire.PastedView("shop", shop.url, shop=shop)
        case links.LiveRef():
            return wire.PastedView("content", f"/a/{ref.content_id}")
        case links.ContentRef():
            return wire.PastedView("content", f"/a/{ref.content_id}")
        case links.GiftRef():
            return wire.PastedView("gift", links.gift_place(call.house.secret, ref))
