"""What red packets do, in the same transaction, on what payment tells."""

from tongshang.modules.packets.actions import (
    finish_refunds,
    finish_transfers,
    note_failures,
    return_portions,
    take_payments,
)

__all__ = [
    "finish_refunds",
    "finish_transfers",
    "note_failures",
    "return_portions",
    "take_payments",
]
