"""What rooms above, and the making of a demo, may ask of funds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.funds.actions.accounts import account_of, name_subjects, set_account
from tongshang.modules.funds.actions.codes import confirm, scan
from tongshang.modules.funds.actions.withdrawals import submit
from tongshang.modules.funds.domain.accounts import AccountDraft, AccountKind, BankAccount
from tongshang.modules.funds.domain.codes import Scanner
from tongshang.modules.funds.domain.subjects import LegalForm, Subject
from tongshang.modules.funds.domain.withdrawals import Withdrawal, WithdrawalDraft
from tongshang.modules.funds.machine import WITHDRAWAL, WithdrawalState
from tongshang.modules.funds.store import withdrawals as store
from tongshang.runtime.call import Call

__all__ = [
    "WITHDRAWAL",
    "AccountDraft",
    "AccountKind",
    "BankAccount",
    "LegalForm",
    "Scanner",
    "Subject",
    "Withdrawal",
    "WithdrawalDraft",
    "WithdrawalState",
    "account_of",
    "confirm",
    "find_withdrawals",
    "name_subjects",
    "scan",
    "set_account",
    "submit",
    "withdrawals_of",
]

_LISTED_MAX: Final = 1_000


async def withdrawals_of(
    call: Call, party_id: int, since: datetime, until: datetime
) -> list[Withdrawal]:
    """A party's withdrawals asked in [since, until), the newest first; a thousand at most."""
    return await store.list_between(call.tx, party_id, since, until, _LISTED_MAX, 0)


async def find_withdrawals(
    call: Call, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], Withdrawal]:
    """Those of the withdrawals that exist; keys are (party_id, withdrawal_id)."""
    return await store.find(call.tx, keys) if keys else {}
