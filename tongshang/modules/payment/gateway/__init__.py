"""The door to channels: what a gateway is asked, shaped like WeChat Pay v3 (merchant's side)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tongshang.modules.payment.domain import Key, News, Notice
from tongshang.runtime.call import Call, House


@dataclass(frozen=True, slots=True)
class Prepay:
    """An order for the gateway to collect: out_trade_no is our payment's id."""

    shop_id: int
    out_trade_no: int
    prepay_id: str
    total_fen: int
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class GiveBack:
    """A refund for the gateway to make: out_refund_no is our refund's id."""

    shop_id: int
    out_refund_no: int
    out_trade_no: int
    refund_fen: int


@dataclass(frozen=True, slots=True)
class PayOut:
    """A transfer for the gateway to make: out_bill_no is our transfer's id."""

    owner_id: int
    out_bill_no: int
    attempt: int
    payee_id: int
    account: str
    transfer_fen: int


class Gateway(Protocol):
    """A channel. All it is asked is asked for many; what it finds out it tells by notices."""

    async def charge(self, call: Call, prepays: Sequence[Prepay]) -> None:
        """Open orders for buyers to pay; opened before, they stay as they are."""

    async def close(self, call: Call, keys: Sequence[Key]) -> list[Key]:
        """Close unpaid orders; those that are closed now. A paid one cannot be."""

    async def refund(self, call: Call, refunds: Sequence[GiveBack]) -> None:
        """Take refunds in hand; the answer is always "processing", the result a notice."""

    async def transfer(self, call: Call, payouts: Sequence[PayOut]) -> None:
        """Take transfers in hand; again after a failure by a higher attempt. Told by notices."""

    async def query_transfers(self, call: Call, keys: Sequence[Key]) -> list[News]:
        """What is known of transfers: news of how their latest attempts ended."""

    async def query(self, call: Call, keys: Sequence[Key]) -> list[News]:
        """What is known of orders: news of those that were paid."""

    async def query_refunds(self, call: Call, keys: Sequence[Key]) -> list[News]:
        """What is known of refunds: news of those that have ended."""

    def read(self, house: House, notice: Notice) -> News:
        """What a notice says; refuses one that the gateway did not sign."""
