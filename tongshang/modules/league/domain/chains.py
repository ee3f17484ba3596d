"""Chains: who passes what to whom, from the shop down to who shares (reference section 7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tongshang.kernel.money import WHOLE
from tongshang.modules.league.domain.deals import THE_SHOP, Hand, Hop

AGENCIES_MAX: Final = 2  # on one sale: one that has goods of the shop, one that it supplies


@dataclass(frozen=True, slots=True)
class Supply:
    """An agency of a chain, and what part of the goods' price comes to it."""

    agency_id: int
    ratio_ppm: int


@dataclass(frozen=True, slots=True)
class Sharing:
    """By which rule a sharer is paid, in parts of what others have and not of the price.

    `agency_ppm` of what its carrier keeps comes to the sharer's agency, where that is not in the
    chain already; `sharer_ppm` of what his agency keeps comes to the sharer. Both may be 0: then
    the agency pays him itself, and the deal only says whose the sale is (section 7.4).
    """

    sharer_id: int
    agency_id: int
    sharer_ppm: int
    agency_ppm: int = 0


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


def shared(hops: tuple[Hop, ...], sharing: Sharing | None) -> tuple[Hop, ...]:
    """The chain with a sharer at its end.

    His agency may be one of the chain, and else is paid by who carries the goods: the last hop.
    """
    if sharing is None:
        return hops
    assert hops, "somebody carries what is shared"
    parties = [hop.party_id for hop in hops]
    if sharing.agency_id in parties:
        place = parties.index(sharing.agency_id)
    else:
        passed = part(kept_ppm(hops, len(hops) - 1), sharing.agency_ppm)
        hops = *hops, Hop(Hand.SHARER_AGENCY, sharing.agency_id, passed, len(hops) - 1)
        place = len(hops) - 1
    passed = part(kept_ppm(hops, place), sharing.sharer_ppm)
    return *hops, Hop(Hand.SHARER, sharing.sharer_id, passed, place)


def kept_ppm(hops: Sequence[Hop], place: int) -> int:
    """What of the goods' price stays with a hop."""
    return hops[place].ratio_ppm - sum(hop.ratio_ppm for hop in hops if hop.payer == place)


def part(ratio_ppm: int, of_ppm: int) -> int:
    """A part of a ratio, itself a ratio of the goods' price; rounded down."""
    assert 0 <= of_ppm <= WHOLE
    return ratio_ppm * of_ppm // WHOLE
