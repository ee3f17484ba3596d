"""Sharers: what they are to agencies, and what they get of a sale (reference section 7.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from tongshang.kernel.money import Fen, Ppm, share
from tongshang.modules.league.domain.deals import Hand, Hop
from tongshang.modules.league.machine import BondState, SharerState
from tongshang.modules.league.refusals import SharerRatioOutOfRange, SimpleSharer, UnknownPay

RATIO_LEAST: Final = 100_000
RATIO_MOST: Final = 900_000
RATIO_AT_FIRST: Final = 500_000  # the sources name none; ours, shown before a person binds


class Pay(IntEnum):
    """`commission_type`: who pays a sharer. The values are stored and on the wire."""

    PLATFORM = 0
    AGENCY = 1


@dataclass(frozen=True, slots=True)
class Sharer:
    """A person who shares, as a party."""

    party_id: int
    buyer_id: int
    state: SharerState
    is_simple: bool
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Bond:
    """What a sharer is to an agency, and what part of its fee is his."""

    agency_id: int
    sharer_id: int
    state: BondState
    pay: Pay
    ratio_ppm: int
    bound_at: datetime


@dataclass(frozen=True, slots=True)
class TalentBond:
    """Whose contents an agency's sharers share, and what part of his commission he gives it."""

    agency_id: int
    talent_id: int
    state: BondState
    passes_ppm: int
    bound_at: datetime


@dataclass(frozen=True, slots=True)
class Sharing:
    """The terms on which a sharer shares a product.

    `ratio_ppm` of what his agency keeps is his, nothing where the agency pays him itself;
    `passes_ppm` of a promoter's commission comes to the agency, where his content is shared.
    """

    sharer_id: int
    agency_id: int
    ratio_ppm: int
    passes_ppm: int = 0


def checked_pay(sharer: Sharer, pay: int, ratio_ppm: int) -> tuple[Pay, int]:
    """How a sharer is to be paid; who registered simply has no account for the platform's pay."""
    if pay not in set(Pay):
        raise UnknownPay
    kind = Pay(pay)
    if kind is Pay.AGENCY:
        return kind, 0
    if sharer.is_simple:
        raise SimpleSharer
    return kind, checked_ratio(ratio_ppm)


def checked_ratio(ratio_ppm: int) -> int:
    """A part of an agency's fee: 10 to 90 per cent."""
    if not RATIO_LEAST <= ratio_ppm <= RATIO_MOST:
        raise SharerRatioOutOfRange(ratio=ratio_ppm)
    return ratio_ppm


def first_pay(sharer: Sharer) -> tuple[Pay, int]:
    """How a sharer is paid until his agency says otherwise."""
    return (Pay.AGENCY, 0) if sharer.is_simple else (Pay.PLATFORM, RATIO_AT_FIRST)


def shared(hops: Sequence[Hop], sharing: Sharing) -> tuple[Hop, ...]:
    """The chain of a deal with a sharer at its end (reference section 7.1).

    His agency pays him of what it keeps: of its own service fee, where it stands in the chain;
    else of what the promoter gives it for sharing his content. Where neither is, it gets nothing,
    and so does he: there is no chain.
    """
    chain = list(hops)
    place = _place(chain, sharing.agency_id)
    if place is None:
        carrier = next((n for n, hop in enumerate(chain) if hop.hand is Hand.PROMOTER), None)
        if carrier is None:
            return ()
        passed = int(share(Fen(chain[carrier].ratio_ppm), Ppm(sharing.passes_ppm)))
        chain.append(Hop(Hand.SHARER_AGENCY, sharing.agency_id, passed, carrier))
        place = len(chain) - 1
    own = int(share(Fen(kept_ppm(chain, place)), Ppm(sharing.ratio_ppm)))
    chain.append(Hop(Hand.SHARER, sharing.sharer_id, own, place))
    return tuple(chain)


def bonds_in(hops: Sequence[Hop]) -> list[tuple[int, int]]:
    """The sharer of a chain, with the agency that pays him."""
    return [(hops[hop.payer].party_id, hop.party_id) for hop in hops if hop.hand is Hand.SHARER]


def kept_ppm(hops: Sequence[Hop], place: int) -> int:
    """What of the goods' price stays with the hop at a place."""
    return hops[place].ratio_ppm - sum(hop.ratio_ppm for hop in hops if hop.payer == place)


def _place(hops: Sequence[Hop], party_id: int) -> int | None:
    return next((n for n, hop in enumerate(hops) if hop.party_id == party_id), None)


@dataclass(frozen=True, slots=True)
class PoolItem:
    """A product that an agency may have shared, and what of its price comes to the agency.

    `plan_type` as agencies call it (reference section 7.7), `link_id` the plan or resale that is
    meant, `supplier_id` the agency it comes from, 0: the shop. `sold` in the last thirty days.
    """

    shop_id: int
    product_id: int
    plan_type: int
    link_id: int
    supplier_id: int
    arrives_ppm: int
    begins_at: datetime
    ends_at: datetime | None
    sold: int = 0


@dataclass(frozen=True, slots=True)
class PoolFilter:
    """Which products of the pool; 0: of any. `product_ids` None: all."""

    before: int = 2**62
    limit: int = 100
    shop_id: int = 0
    plan_type: int = 0
    supplier_id: int = 0
    product_ids: tuple[int, ...] | None = None
