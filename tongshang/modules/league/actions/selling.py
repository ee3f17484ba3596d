"""What was sold, added to what shops, agencies and the square see of it."""

from collections.abc import Sequence
from datetime import date

from tongshang.modules.league.domain.agencies import AgencySale
from tongshang.modules.league.domain.deals import Hand
from tongshang.modules.league.domain.square import day_of
from tongshang.modules.league.domain.ties import Sale
from tongshang.modules.league.store import agencies, deals, square, ties
from tongshang.runtime.call import Call

_AGENCIES = (Hand.AGENCY, Hand.RESELLER)


async def note_sales(call: Call, sales: Sequence[Sale]) -> None:
    """Add sales to the promoters' sums, the square's days, and those of the agencies between."""
    await ties.note_sales(call.tx, sales)
    days: dict[tuple[int, int, date], tuple[int, int]] = {}
    for sale in sales:
        key = sale.shop_id, sale.product_id, day_of(sale.at)
        pieces, fen = days.get(key, (0, 0))
        days[key] = pieces + sale.pieces, fen + sale.sold_fen
    await square.note_days(call.tx, days)
    keys = {(sale.shop_id, sale.deal_id) for sale in sales if sale.deal_id}
    struck = await deals.find_deals(call.tx, keys) if keys else {}
    of_agencies = [
        AgencySale(
            hop.party_id,
            sale.shop_id,
            sale.product_id,
            day_of(sale.at),
            sale.pieces,
            sale.sold_fen,
        )
        for sale in sales
        if (deal := struck.get((sale.shop_id, sale.deal_id)))
        for hop in deal.hops
        if hop.hand in _AGENCIES
    ]
    if of_agencies:
        await agencies.note_sales(call.tx, of_agencies)
