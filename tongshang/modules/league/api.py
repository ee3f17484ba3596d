"""What higher rooms ask of the alliance."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tongshang.kernel.ids import Named
from tongshang.kernel.money import Ppm
from tongshang.modules.league.actions import goods, selling
from tongshang.modules.league.actions.dealing import Ask, deal_for, standing_deals
from tongshang.modules.league.actions.sharers import bound_sharer
from tongshang.modules.league.actions.sharers_deals import go_on
from tongshang.modules.league.actions.windows import agency_behind
from tongshang.modules.league.actions.windows import put_in as put_in_window
from tongshang.modules.league.domain import deals as deal_rules
from tongshang.modules.league.domain.agencies import FeeMove
from tongshang.modules.league.domain.deals import (
    THE_SHOP,
    Deal,
    DealDraft,
    Hand,
    Hop,
    Part,
    divide,
    paid_out_ppm,
)
from tongshang.modules.league.domain.plans import PlanDraft, earned_fen, last_wins
from tongshang.modules.league.domain.sharers import (
    Bond,
    Pay,
    PoolFilter,
    PoolItem,
    Sharer,
    Sharing,
    TalentBond,
    kept_ppm,
)
from tongshang.modules.league.domain.square import EVER
from tongshang.modules.league.domain.ties import Sale
from tongshang.modules.league.domain.windows import WindowItem
from tongshang.modules.league.refusals import (
    BadLink,
    BadWindowProduct,
    CannotStandInWindow,
    NoSharer,
    NotInWindow,
    WindowFailed,
)
from tongshang.modules.league.store import (
    agencies,
    deals,
    named,
    plans,
    sharers,
    sharers_pool,
    square,
    windows,
)
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

__all__ = [
    "THE_SHOP",
    "Ask",
    "BadLink",
    "BadWindowProduct",
    "Bond",
    "CannotStandInWindow",
    "Deal",
    "DealDraft",
    "FeeMove",
    "Hand",
    "Hop",
    "NoSharer",
    "NotInWindow",
    "Part",
    "Pay",
    "PlanDraft",
    "PoolFilter",
    "PoolItem",
    "Sale",
    "Sharer",
    "Sharing",
    "TalentBond",
    "WindowFailed",
    "WindowItem",
    "bond_of",
    "bound_sharer",
    "count_window",
    "deal_for",
    "deals_of",
    "divide",
    "earned_fen",
    "go_on",
    "kept_ppm",
    "link_deal",
    "list_bound_shops",
    "list_bound_talents",
    "list_pool",
    "note_fees",
    "note_sales",
    "paid_out_ppm",
    "put_in_window",
    "rates",
    "set_plans",
    "sharer_of_buyer",
    "sharing_of",
    "sharings",
    "sold_of",
    "standing_deals",
    "strike",
    "take_out_of_window",
    "terms",
    "window_items",
    "window_of",
]


async def rates(tx: Tx, keys: Sequence[tuple[int, int]], at: datetime) -> dict[int, Ppm]:
    """The ratio of each product's normal plan that runs at `at`; keys are (shop, product)."""
    return await plans.rates(tx, keys, at)


async def terms(
    tx: Tx, keys: Iterable[tuple[int, int, int]], at: datetime
) -> tuple[dict[int, Ppm], dict[tuple[int, int, int], int]]:
    """The rates of normal plans by product, and the deals of promoters whom shops name, by key.

    Keys are (shop, product, promoter). What a targeted or exclusive plan pays beats what the
    normal one pays everybody.
    """
    return await named.terms(tx, keys, at)


async def set_plans(call: Call, drafts: Sequence[PlanDraft]) -> None:
    """Set normal plans in bulk, for a demonstration or a replay; the products' states are not asked."""
    await plans.set_plans(call.tx, last_wins(drafts), call.at)
    await goods.note_goods(call, [(draft.shop_id, draft.product_id) for draft in drafts])


async def strike(call: Call, drafts: Sequence[DealDraft]) -> list[int]:
    """The deal of each draft: a new one, or the one with the same terms that the shop struck before."""
    for draft in drafts:
        deal_rules.check(draft.hops)
    if not drafts:
        return []
    ids = call.take_ids(Named.DEAL, len(drafts))
    return await deals.add_deals(call.tx, drafts, ids, call.at)


async def deals_of(tx: Tx, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Deal]:
    """Those of the deals that exist; keys are (shop, deal)."""
    return await deals.find_deals(tx, keys)


async def note_sales(call: Call, sales: Sequence[Sale]) -> None:
    """Add what promoters sold to what shops and agencies see of it; each sale is told once."""
    if sales:
        await selling.note_sales(call, sales)


async def note_fees(call: Call, moves: Sequence[FeeMove]) -> None:
    """Add what moved of agencies' service fees, settled or waiting, to what they see of a shop."""
    if moves:
        await agencies.note_fees(call.tx, moves)


# --- windows -----------------------------------------------------------------------------------


async def window_of(
    tx: Tx,
    promoter_id: int,
    before: int,
    limit: int,
    *,
    hidden: bool = False,
    shop_id: int = 0,
    offset: int = 0,
) -> list[WindowItem]:
    """What stands in a promoter's window, in its order, before a place; `shop_id` 0: of all shops."""
    return await windows.list_items(
        tx, promoter_id, before, limit, hidden=hidden, shop_id=shop_id, offset=offset
    )


async def window_items(
    tx: Tx, promoter_id: int, product_ids: Sequence[int]
) -> dict[int, WindowItem]:
    """Those of the products that stand in a promoter's window."""
    return await windows.find_items(tx, promoter_id, product_ids)


async def count_window(tx: Tx, promoter_id: int, *, shop_id: int = 0) -> int:
    """How many products stand in a window, the hidden too."""
    return await windows.count(tx, promoter_id, hidden=True, shop_id=shop_id)


async def sold_of(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """How many pieces of products (shop, product) the alliance sold; none: absent."""
    return await square.sold_after(tx, keys, EVER)


async def take_out_of_window(call: Call, promoter_id: int, product_id: int) -> None:
    """Take a product out of a promoter's window."""
    await windows.take(call.tx, promoter_id, product_id)


async def link_deal(call: Call, key: tuple[int, int], promoter_id: int, link: str) -> int:
    """The deal on which a promoter carries a product (shop, product) by an agency's link.

    A card without one needs no deal: what a shop pays him by name, or what his window says, is
    found when the order is placed, so that a rise reaches the cards there are.
    """
    agency_id, link_id = await agency_behind(call, link)
    deal_id = await deal_for(call, Ask(*key, promoter_id, agency_id, link_id=link_id))
    if not deal_id:
        raise BadLink
    return deal_id


# --- sharers -----------------------------------------------------------------------------------


async def sharing_of(
    tx: Tx, sharer_id: int, product_id: int, promoter_id: int = 0
) -> Sharing | None:
    """On which terms a sharer shares a product, by a promoter's content or by himself.

    None: he is bound to no agency. `deal_for` puts it at the end of a chain.
    """
    found = await sharers.sharings(tx, sharer_id, [product_id], promoter_id)
    return found.get(product_id)


async def sharings(
    tx: Tx, sharer_id: int, product_ids: Sequence[int], promoter_id: int = 0
) -> dict[int, Sharing]:
    """The same of several products in one statement."""
    return await sharers.sharings(tx, sharer_id, product_ids, promoter_id)


async def sharer_of_buyer(tx: Tx, buyer_id: int) -> tuple[Sharer, Bond | None] | None:
    """What a person is as a sharer, and whose; None: he is none."""
    sharer = (await sharers.of_buyers(tx, [buyer_id])).get(buyer_id)
    return (sharer, await sharers.bond_of(tx, sharer.party_id)) if sharer else None


async def bond_of(tx: Tx, sharer_id: int) -> Bond | None:
    """The agency that a sharer's party is bound to; None: it is no sharer's, or bound to none."""
    return await sharers.bond_of(tx, sharer_id)


async def list_pool(tx: Tx, agency_id: int, which: PoolFilter, at: datetime) -> list[PoolItem]:
    """What an agency's sharers may share, the newest first; each product once, by its best way."""
    return await sharers_pool.list_pool(tx, agency_id, which, at)


async def list_bound_shops(
    tx: Tx, agency_id: int, after: int, limit: int, shop_id: int = 0
) -> list[tuple[int, datetime]]:
    """Shops that work with an agency, and since when; one of them, or all after one."""
    return await sharers_pool.list_shops(tx, agency_id, after, limit, shop_id)


async def list_bound_talents(
    tx: Tx, agency_id: int, after: int, limit: int, talent_id: int = 0
) -> list[TalentBond]:
    """Promoters whose contents an agency's sharers may share; one of them, or all after one."""
    return await sharers.list_talents(tx, agency_id, after, limit, talent_id)
