"""What rooms above may ask of aftersale, inside their transaction."""

from collections.abc import Sequence

from tongshang.modules.aftersale import store
from tongshang.modules.aftersale.actions import CAUSE, accept, apply
from tongshang.modules.aftersale.domain import Aftersale, AftersaleDraft, Reason, RefundReason
from tongshang.modules.aftersale.machine import AFTERSALE, AftersaleState
from tongshang.runtime.db import Tx

__all__ = [
    "AFTERSALE",
    "CAUSE",
    "Aftersale",
    "AftersaleDraft",
    "AftersaleState",
    "Reason",
    "RefundReason",
    "accept",
    "amounts_running",
    "apply",
    "get_aftersales",
    "list_of_orders",
    "running",
]


async def running(tx: Tx, order_keys: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the orders of which a case runs; keys are (shop_id, order_id)."""
    return await store.list_running(tx, order_keys) if order_keys else set()


async def amounts_running(tx: Tx, shop_id: int) -> dict[int, int]:
    """What the cases that run ask of a shop, in fen by order."""
    return await store.amounts_running(tx, shop_id)


async def get_aftersales(
    tx: Tx, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], Aftersale]:
    """Those of the cases that exist; keys are (shop_id, aftersale_id)."""
    return await store.find_aftersales(tx, keys) if keys else {}


async def list_of_orders(
    tx: Tx, order_keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], list[Aftersale]]:
    """The cases of orders, the oldest first; keys are (shop_id, order_id)."""
    return await store.list_of_orders(tx, order_keys) if order_keys else {}
