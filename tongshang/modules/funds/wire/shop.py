"""Requests and answers of the shop's account and withdrawals (contract family funds)."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from tongshang.kernel.refusal import InvalidField
from tongshang.modules.funds.domain.accounts import AccountDraft, AccountKind, BankAccount
from tongshang.modules.funds.domain.withdrawals import Withdrawal, WithdrawalDraft
from tongshang.modules.funds.wire.texts import (
    AccountNumber,
    AddressCode,
    AmountFen,
    BankMemo,
    Name,
    Remark,
    WithdrawId,
    Word,
)
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import SECONDS_MAX, Seconds, seconds

PAGE_MAX: Final = 100
_PAGES_MAX: Final = 10_000

PageNumber = Annotated[int, msgspec.Meta(ge=1, le=_PAGES_MAX)]
PageSize = Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)]


class AccountInfo(msgspec.Struct):
    """An account as it is set; what may be left out is taken from the bank and the party."""

    bank_account_type: AccountKind
    account_bank: Name
    bank_address_code: AddressCode
    account_number: AccountNumber
    account_bank4show: Word = ""
    bank_branch_id: Word = ""
    bank_name: Word = ""
    account_name: Word = ""

    def draft(self) -> AccountDraft:
        """The account to be."""
        return AccountDraft(
            self.bank_account_type,
            self.account_bank,
            self.bank_address_code,
            self.account_number,
            self.bank_branch_id,
            self.bank_name,
            self.account_bank4show,
            self.account_name,
        )


class AccountSet(msgspec.Struct):
    account_info: AccountInfo


class AccountTold(msgspec.Struct):
    """An account as it is told: its number masked."""

    bank_account_type: str
    account_bank: str
    account_bank4show: str
    bank_address_code: str
    bank_branch_id: str
    bank_name: str
    account_number: str
    account_name: str

    @classmethod
    def of(cls, account: BankAccount) -> "AccountTold":
        """The account of a party."""
        return cls(
            account.kind.value,
            account.account_bank,
            account.shown_bank,
            account.address_code,
            account.branch_id,
            account.branch_name,
            account.masked,
            account.holder,
        )


class AccountReply(WireReply, kw_only=True):
    account_info: AccountTold


class WithdrawalAsk(msgspec.Struct):
    amount: AmountFen
    remark: Remark = ""
    bank_memo: BankMemo = ""

    def draft(self, party_id: int) -> WithdrawalDraft:
        """The withdrawal to be."""
        return WithdrawalDraft(party_id, self.amount, self.remark, self.bank_memo)


class WithdrawalAsked(WireReply, kw_only=True):
    withdraw_id: str
    qrcode_ticket: str


class WithdrawalPageQuery(msgspec.Struct):
    page_num: PageNumber = 1
    page_size: PageSize = 10
    start_time: Seconds = 0
    end_time: Seconds = 0

    def span(self) -> tuple[datetime, datetime]:
        """The range in [start, end); without an end all from the start on."""
        until = self.end_time or SECONDS_MAX
        if self.start_time > until:
            raise InvalidField(field="start_time", rule="is after end_time")
        return datetime.fromtimestamp(self.start_time, UTC), datetime.fromtimestamp(until, UTC)

    @property
    def offset(self) -> int:
        """How many to pass over."""
        return (self.page_num - 1) * self.page_size


class WithdrawalPage(WireReply, kw_only=True):
    withdraw_ids: list[str]
    total_num: int


class WithdrawalQuery(msgspec.Struct):
    withdraw_id: WithdrawId


class WithdrawalReply(WireReply, kw_only=True):
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
    def of(cls, one: Withdrawal) -> "WithdrawalReply":
        """A withdrawal as its shop reads it."""
        return cls(
            amount=one.amount_fen,
            remark=one.remark,
            bank_name=one.bank_name,
            bank_num=one.bank_number,
            bank_memo=one.bank_memo,
            status=one.state.value,
            reason=one.reason,
            create_time=seconds(one.created_at),
            update_time=seconds(one.updated_at),
        )
