"""What an agency may have shared, and links to it that carry the deal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import ProductCard
from tongshang.modules.delivery import api as delivery
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party, PartyKind
from tongshang.modules.league import api as league
from tongshang.modules.league.api import Ask, PoolFilter, PoolItem, Sharer
from tongshang.modules.links import api as links
from tongshang.modules.partners.domain import pool as domain
from tongshang.modules.partners.domain.pool import Wish
from tongshang.modules.partners.refusals import NoShop, NotInPool
from tongshang.modules.surfaces.api import CardRef
from tongshang.runtime.call import Call

_CHUNK: Final = 100
_CHUNKS_MAX: Final = 20  # a page that asks for what is rare ends here, and says where to go on


@dataclass(frozen=True, slots=True)
class Found:
    """A product of the pool as it is now."""

    item: PoolItem
    card: ProductCard


async def browse(
    call: Call, agency_id: int, which: PoolFilter, wish: Wish, limit: int
) -> tuple[list[Found], int]:
    """Products of the pool that fit, the newest first, and after which to go on; 0: that was all."""
    found: list[Found] = []
    before = which.before
    for _ in range(_CHUNKS_MAX):
        chunk = replace(which, before=before, limit=_CHUNK)
        items = await league.list_pool(call.tx, agency_id, chunk, call.at)
        for one in await _fitting(call, items, wish):
            if len(found) == limit:
                return found, found[-1].item.product_id
            found.append(one)
        if len(items) < _CHUNK:
            return found, 0
        before = items[-1].product_id
    return found, before


async def _fitting(call: Call, items: Sequence[PoolItem], wish: Wish) -> list[Found]:
    cards = await catalog.cards(call.tx, [(one.shop_id, one.product_id) for one in items])
    found = [
        Found(one, card)
        for one in items
        if domain.is_offered(card := cards.get(one.product_id))
        and card is not None
        and domain.fits(wish, one, card)
    ]
    if not wish.reads_sheet or not found:
        return found
    sheets = await catalog.sheets(call.tx, [one.item.product_id for one in found])
    ids = {cat for _, sheet in sheets.values() for cat in sheet.path}
    known = await catalog.categories(call.tx, sorted(ids)) if wish.cat_name else {}
    names = {cat_id: cat.name for cat_id, cat in known.items()}
    free = await _ships_free(call, found, {i: sheet for i, (_, sheet) in sheets.items()}, wish)
    return [
        one
        for one in found
        if (told := sheets.get(one.item.product_id))
        and domain.sheet_fits(wish, told[1], names, free.get(one.item.shop_id, set()))
    ]


async def _ships_free(
    call: Call, found: Sequence[Found], sheets: dict[int, catalog.ProductSheet], wish: Wish
) -> dict[int, set[int]]:
    if domain.FREE_SHIPPING not in wish.flags:
        return {}
    keys = {
        (one.item.shop_id, sheets[one.item.product_id].express_info.template_id)
        for one in found
        if one.item.product_id in sheets
    }
    rules = await delivery.freight_rules(call.tx, sorted(keys))
    free: dict[int, set[int]] = {}
    for (shop_id, template_id), rule in rules.items():
        if delivery.freight_fen(rule, 1, 1, 0) == 0:
            free.setdefault(shop_id, set()).add(template_id)
    return free


async def find_item(
    call: Call, agency_id: int, product_id: int, which: PoolFilter | None = None
) -> Found:
    """One product of an agency's pool, if it can be shared now."""
    chosen = replace(which or PoolFilter(), product_ids=(product_id,), limit=1)
    items = await league.list_pool(call.tx, agency_id, chosen, call.at)
    found = await _fitting(call, items, Wish())
    if not found:
        raise NotInPool
    return found[0]


async def card_of(call: Call, agency_id: int, item: PoolItem, sharer: Sharer | None) -> CardRef:
    """A card that credits the sharer, or the agency alone, by the deal that holds now."""
    sharer_id = sharer.party_id if sharer else 0
    ask = Ask(item.shop_id, item.product_id, 0, agency_id, sharer_id, item.link_id)
    deal_id = await league.deal_for(call, ask)
    if not deal_id:
        raise NotInPool
    return CardRef(item.shop_id, item.product_id, sharer_id or agency_id, deal_id=deal_id)


async def product_in(call: Call, short_link: str) -> int:
    """Which product a short link or a 口令 leads to."""
    ref = await links.read_pasted(call, short_link)
    if not isinstance(ref, CardRef) or not ref.product_id:
        raise NotInPool
    return ref.product_id


async def find_shop(call: Call, appid: str, missing: type[Refusal] = NoShop) -> Party:
    """A shop by its appid; or why not."""
    shop = (await identity.find_by_appids(call.tx, [appid])).get(appid)
    if shop is None or shop.kind is not PartyKind.SHOP:
        raise missing
    return shop


async def find_supplier(call: Call, appid: str) -> Party:
    """An agency by its appid; who is none supplies nothing."""
    agency = (await identity.find_by_appids(call.tx, [appid])).get(appid)
    if agency is None or agency.kind is not PartyKind.AGENCY:
        raise NotInPool
    return agency
