"""A commission order as one receiver may see it."""

from dataclasses import dataclass

from tongshang.modules.identity.api import Buyer, Party
from tongshang.modules.league.api import Hand
from tongshang.modules.ordering.api import Order, OrderLine
from tongshang.modules.settlement.domain.values import Commission, Settlement, SharePart


@dataclass(frozen=True, slots=True)
class Seen:
    """What a receiver sees of a line. `paid` are those whom it pays, by their hand."""

    commission: Commission
    order: Order
    line: OrderLine
    settlement: Settlement
    mine: SharePart
    paid: dict[Hand, SharePart]
    parties: dict[int, Party]
    buyer: Buyer | None

    @property
    def own_ppm(self) -> int:
        """The part of the goods' price that stays with it."""
        passed = sum(one.ratio_ppm for one in self.paid.values() if one.payer == self.mine.place)
        return self.mine.ratio_ppm - passed
