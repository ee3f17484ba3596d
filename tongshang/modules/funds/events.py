"""What funds tells of shops (reference section 13.6)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BankAccountChanged:
    """The bank account to which a shop's money goes is another one (channels_ec_acct_notify)."""

    shop_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawalMoved:
    """channels_ec_withdraw_notify; `step` 1 asked, 2 confirmed, 3 arrived, 4 failed."""

    shop_id: int
    withdrawal_id: int
    step: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CodeMoved:
    """qrcode_status; `scan_user_type` 0 no administrator, 1 administrator, 2 deputy."""

    shop_id: int
    ticket: str
    status: int
    scan_user_type: int
    at: datetime
