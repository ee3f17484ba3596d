"""Deals: who gets what of a sale, hand by hand, as it stood when a link was made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from hashlib import blake2b
from typing import Final

from tongshang.kernel.money import Fen, Ppm, share

THE_SHOP: Final = -1  # who pays the first hop
HOPS_MAX: Final = 5
PAID_OUT_MAX: Final = Ppm(900_000)  # of a line, by its shop (reference section 7.2)


class Hand(IntEnum):
    """In whose hands money of a sale comes (reference section 7.1). Stored: add, never renumber."""

    PROMOTER = 1
    AGENCY = 2
    RESELLER = 3
    SHARER_AGENCY = 4
    SHARER = 5


@dataclass(frozen=True, slots=True)
class Hop:
    """One receiver of a sale: what part of the goods' price comes to it, and from whose hands.

    `payer` is the place of the hop that pays, or THE_SHOP; `ratio_ppm` is of what the buyer paid
    for the goods, not of what the payer has.
    """

    hand: Hand
    party_id: int
    ratio_ppm: int
    payer: int = THE_SHOP


@dataclass(frozen=True, slots=True)
class Deal:
    """The terms a link carries. They never change: another ratio is another deal."""

    shop_id: int
    deal_id: int
    product_id: int
    plan_kind: int
    plan_id: int
    hops: tuple[Hop, ...]
    made_at: datetime

    @property
    def paid_out_ppm(self) -> Ppm:
        """What of the goods' price the shop gives away."""
        return paid_out_ppm(self.hops)


@dataclass(frozen=True, slots=True)
class DealDraft:
    """A deal to be struck; where the shop has struck the same before, it is that one."""

    shop_id: int
    product_id: int
    plan_kind: int
    plan_id: int
    hops: tuple[Hop, ...]

    @property
    def digest(self) -> bytes:
        """What two equal deals of a shop have in common."""
        told = (self.product_id, self.plan_kind, self.plan_id, *map(_told, self.hops))
        return blake2b(repr(told).encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Part:
    """What a hop receives of an amount, what it passes on, and what stays with it."""

    hop: Hop
    gross_fen: int
    passed_fen: int

    @property
    def net_fen(self) -> Fen:
        """What stays."""
        return Fen(self.gross_fen - self.passed_fen)


def _told(hop: Hop) -> tuple[int, ...]:
    return hop.hand.value, hop.party_id, hop.ratio_ppm, hop.payer


def paid_out_ppm(hops: Iterable[Hop]) -> Ppm:
    """What of the goods' price comes out of the shop's hands: the sum of all that stays anywhere."""
    return Ppm(sum(hop.ratio_ppm for hop in hops if hop.payer == THE_SHOP))


def check(hops: Sequence[Hop]) -> None:
    """Whether hops can be paid; the rules of plans see to it before, so a breach is our mistake."""
    assert 1 <= len(hops) <= HOPS_MAX, "up to five receivers stand on a line"
    assert paid_out_ppm(hops) <= PAID_OUT_MAX
    assert len({hop.party_id for hop in hops}) == len(hops), "nobody receives twice"
    for place, hop in enumerate(hops):
        assert hop.ratio_ppm >= 0
        assert THE_SHOP <= hop.payer < place, "money goes down the chain"
        passed = sum(below.ratio_ppm for below in hops if below.payer == place)
        assert passed <= hop.ratio_ppm, "nobody passes on more than came"


def divide(goods_fen: int, hops: Sequence[Hop]) -> tuple[Part, ...]:
    """What each hop gets of the goods' price, to the fen.

    Every hop's amount is rounded down from the price itself, so what stays in all hands is what
    came out of the shop's, exactly, and never more than the ratios say (reference section 7.1).
    """
    gross = [share(Fen(goods_fen), Ppm(hop.ratio_ppm)) for hop in hops]
    passed = [0] * len(hops)
    for hop, amount in zip(hops, gross, strict=True):
        if hop.payer != THE_SHOP:
            passed[hop.payer] += amount
    return tuple(map(Part, hops, gross, passed))
