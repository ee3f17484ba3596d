"""What the square knows of goods with plans, kept up with the catalog; and who hears of changes."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import ProductCard, ProductSheet, ProductStatus
from tongshang.modules.governance.api import Bar, is_barred
from tongshang.modules.identity import api as identity
from tongshang.modules.league.domain.square import PROMISES, Goods
from tongshang.modules.league.events import AgencyItemChanged
from tongshang.modules.league.store import agencies, square
from tongshang.runtime.call import Call

NEW: Final = 1  # event_type of the wire
CHANGED: Final = 2


async def note_goods(call: Call, keys: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Read products (shop, product) anew; those that came on offer or went off it.

    Their plans are below the standard while they are not: off sale, or barred from the alliance.
    """
    wanted = sorted(set(keys))
    if not wanted:
        return []
    before = await square.known(call.tx, wanted)
    cards = await catalog.cards(call.tx, wanted)
    sheets = await catalog.sheets(call.tx, [product_id for _, product_id in wanted])
    goods = [
        _goods(cards[key[1]], sheets[key[1]][1] if key[1] in sheets else None)
        for key in wanted
        if key[1] in cards
    ]
    await square.note_goods(call.tx, goods, call.at)
    return [
        (one.shop_id, one.product_id)
        for one in goods
        if before.get((one.shop_id, one.product_id), one.is_offered) is not one.is_offered
    ]


async def with_plans(call: Call, keys: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of the products that have plans, or had."""
    return sorted(await square.known(call.tx, sorted(keys)))


async def tell_agencies(
    call: Call,
    keys: Iterable[tuple[int, int]],
    fields: Sequence[str],
    *,
    kind: int = CHANGED,
    only: int = 0,
) -> None:
    """Tell the agencies that have products or asked to hear of them; or only one agency."""
    wanted = sorted(set(keys))
    if not wanted:
        return
    if only:
        heard = [(only, *key) for key in wanted]
    else:
        heard = await agencies.hearers(call.tx, wanted)
    shops = await identity.find_parties(call.tx, sorted({shop_id for _, shop_id, _ in heard}))
    facts = [
        AgencyItemChanged(
            agency_id, shop_id, shops[shop_id].appid, product_id, kind, tuple(fields), call.at
        )
        for agency_id, shop_id, product_id in heard
    ]
    await call.tell(*facts)


async def check_goods(call: Call, keys: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Look whether products are still on offer as the square says; those that are not, or are again.

    Only of these everything is read anew: what is said of goods is heard when it changes.
    """
    if not keys:
        return []
    said = await square.known(call.tx, keys)
    found = await catalog.standings(call.tx, keys)
    other = [key for key in keys if key in found and _may_be(*found[key]) is not said[key]]
    changed = await note_goods(call, other)
    await square.note_checked(call.tx, keys, call.at)
    return changed


def is_offered(card: ProductCard | None) -> bool:
    """Whether a product may be promoted at all."""
    return card is not None and _may_be(card.status, card.barred)


def _may_be(status: ProductStatus, barred: int) -> bool:
    return status is ProductStatus.LISTED and not is_barred(barred, (Bar.LEAGUE,))


def _goods(card: ProductCard, sheet: ProductSheet | None) -> Goods:
    promises = sheet.extra_service if sheet else None
    flags = [flag for flag, name in PROMISES.items() if promises and getattr(promises, name)]
    return Goods(
        card.shop_id,
        card.product_id,
        card.title,
        card.price_fen,
        sheet.path if sheet else (),
        tuple(flags),
        is_offered(card),
    )
