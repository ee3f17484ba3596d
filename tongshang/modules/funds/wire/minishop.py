"""The same for programs of the older component (contract family funds_minishop)."""

from typing import Annotated

import msgspec

from tongshang.modules.funds.domain.accounts import AccountDraft, AccountKind, BankAccount
from tongshang.modules.funds.domain.withdrawals import Withdrawal
from tongshang.modules.funds.wire.shop import PageNumber, PageSize
from tongshang.modules.funds.wire.texts import AccountNumber, AddressCode, Name, WithdrawId
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import seconds


class BalanceInfo(msgspec.Struct):
    available_amount: int
    pending_amount: int


class BalanceReply(WireReply, kw_only=True):
    balance_info: BalanceInfo


class AccountInfo(msgspec.Struct):
    """An account as it is set."""

    bank_account_type: AccountKind
    account_bank: Name
    bank_address_code: AddressCode
    account_number: AccountNumber

    def draft(self) -> AccountDraft:
        """The account to be."""
        return AccountDraft(
            self.bank_account_type, self.account_bank, self.bank_address_code, self.account_number
        )


class AccountSet(msgspec.Struct):
    account_info: AccountInfo


class AccountTold(msgspec.Struct):
    """An account as it is told: its number masked."""

    bank_account_type: str
    account_bank: str
    bank_address_code: str
    account_number: str

    @classmethod
    def of(cls, one: BankAccount) -> "AccountTold":
        """The account of a shop."""
        return cls(one.kind.value, one.account_bank, one.address_code, one.masked)


class AccountReply(WireReply, kw_only=True):
    account_info: AccountTold


class WithdrawalAsked(WireReply, kw_only=True):
    out_request_no: str
    qrcode_ticket: str


class WithdrawalPageQuery(msgspec.Struct):
    page_num: PageNumber = 1
    page_size: PageSize = 10

    @property
    def offset(self) -> int:
        """How many to pass over."""
        return (self.page_num - 1) * self.page_size


class WithdrawalPage(WireReply, kw_only=True):
    out_request_nos: list[str]
    total_num: int


class WithdrawalQuery(msgspec.Struct):
    out_request_no: WithdrawId


class WithdrawInfo(msgspec.Struct):
    amount: int
    remark: str
    bank_name: str
    bank_num: str
    bank_memo: str
    status: str
    reason: str
    create_time: int
    update_time: int

    @classmethod
    def of(cls, one: Withdrawal) -> "WithdrawInfo":
        """A withdrawal as its shop reads it."""
        return cls(
            one.amount_fen,
            one.remark,
            one.bank_name,
            one.bank_number,
            one.bank_memo,
            one.state.value,
            one.reason,
            seconds(one.created_at),
            seconds(one.updated_at),
        )


class WithdrawalReply(WireReply, kw_only=True):
    withdraw_info: WithdrawInfo


class CodeMake(msgspec.Struct):
    """Whose identity is to be shown by scanning."""

    identity_type: Annotated[int, msgspec.Meta(ge=0, le=9)] = 1


class CodeMade(WireReply, kw_only=True):
    qrcode_ticket: str
