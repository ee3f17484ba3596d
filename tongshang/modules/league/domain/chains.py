"""Chains: who passes what to whom, from the shop down to the promoter (reference section 7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tongshang.modules.league.domain.deals import THE_SHOP, Hand, Hop

AGENCIES_MAX: Final = 2  # on one sale: one that has goods of the shop, one that it supplies


@dataclass(frozen=True, slots=True)
class Supply:
    """An agency of a chain, and what part of the goods' price comes to it."""

    agency_id: int
    ratio_ppm: int


def chain(
    supplies: Sequence[Supply], promoter_id: int, promoter_ppm: int, *, agency_pays: bool
) -> tuple[Hop, ...]:
    """The hops of a sale through agencies; nobody passes on more than comes to him.

    The promoter is paid by the last agency, or beside the agencies by the shop.
    """
    assert len(supplies) <= AGENCIES_MAX
    hops: list[Hop] = []
    for place, supply in enumerate(supplies):
        payer = place - 1 if place else THE_SHOP
        ratio = min(supply.ratio_ppm, hops[payer].ratio_ppm) if place else supply.ratio_ppm
        hand = Hand.RESELLER if place else Hand.AGENCY
        hops.append(Hop(hand, supply.agency_id, ratio, payer))
    if promoter_id and agency_pays and hops:
        ratio = min(promoter_ppm, hops[-1].ratio_ppm)
        hops.append(Hop(Hand.PROMOTER, promoter_id, ratio, len(hops) - 1))
    elif promoter_id:
        hops.append(Hop(Hand.PROMOTER, promoter_id, promoter_ppm))
    return tuple(hops)
