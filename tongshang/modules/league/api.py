"""What higher rooms ask of the alliance."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tongshang.kernel.ids import Named
from tongshang.kernel.money import Ppm
from tongshang.modules.league.actions.dealing import Ask, deal_for, standing_deals
from tongshang.modules.league.domain import deals as deal_rules
from tongshang.modules.league.domain.chains import Sharing
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
from tongshang.modules.league.domain.ties import Sale
from tongshang.modules.league.store import deals, named, plans, ties
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

__all__ = [
    "THE_SHOP",
    "Ask",
    "Deal",
    "DealDraft",
    "Hand",
    "Hop",
    "Part",
    "PlanDraft",
    "Sale",
    "Sharing",
    "deal_for",
    "deals_of",
    "divide",
    "earned_fen",
    "note_sales",
    "paid_out_ppm",
    "rates",
    "set_plans",
    "standing_deals",
    "strike",
    "terms",
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
    """Add what promoters sold to what their shops see of them; each sale is told once."""
    if sales:
        await ties.note_sales(call.tx, sales)
