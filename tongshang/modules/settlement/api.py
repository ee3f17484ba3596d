"""What rooms above, and rehearsals on another clock, may ask of settlement."""

from tongshang.modules.settlement.actions import settle_due
from tongshang.modules.settlement.domain import SETTLE_BATCH, WINDOW, CommissionState, FundsType
from tongshang.modules.settlement.machine import SETTLEMENT, SettleState

__all__ = [
    "SETTLEMENT",
    "SETTLE_BATCH",
    "WINDOW",
    "CommissionState",
    "FundsType",
    "SettleState",
    "settle_due",
]
