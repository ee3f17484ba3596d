"""What funds does, in the same transaction, on what payment tells of the bank."""

from tongshang.modules.funds.actions.withdrawals import arrive, fail, take_returned

__all__ = ["arrive", "fail", "take_returned"]
