"""The same on our own paths, for every party that has funds."""

from typing import Annotated

import msgspec

from tongshang.modules.funds import banks
from tongshang.modules.funds.banks import Bank, Province
from tongshang.modules.funds.domain.accounts import AccountDraft, AccountKind, BankAccount
from tongshang.modules.funds.domain.codes import Code
from tongshang.modules.funds.domain.subjects import Subject
from tongshang.modules.funds.domain.withdrawals import Withdrawal, WithdrawalDraft
from tongshang.modules.funds.machine import CodeState
from tongshang.modules.funds.wire.texts import (
    AccountNumber,
    AddressCode,
    AmountFen,
    BankMemo,
    Name,
    Remark,
    Word,
)
from tongshang.modules.settlement.api import MoneyFlow
from tongshang.runtime.wire import Id, seconds


class AccountDraftView(msgspec.Struct, forbid_unknown_fields=True):
    """An account to be; `holder` left out is the name that it must have."""

    kind: AccountKind
    account_bank: Name
    address_code: AddressCode
    number: AccountNumber
    shown_bank: Word = ""
    branch_id: Word = ""
    branch_name: Word = ""
    holder: Word = ""

    def draft(self) -> AccountDraft:
        """The account to be."""
        return AccountDraft(
            self.kind,
            self.account_bank,
            self.address_code,
            self.number,
            self.branch_id,
            self.branch_name,
            self.shown_bank,
            self.holder,
        )


class AccountView(msgspec.Struct):
    """An account; its number is masked."""

    kind: str
    account_bank: str
    shown_bank: str
    bank_name: str
    address_code: str
    city: str
    branch_id: str
    holder: str
    number: str
    set_at: int

    @classmethod
    def of(cls, one: BankAccount) -> "AccountView":
        """An account as its party reads it."""
        city = banks.city_of(one.address_code)
        return cls(
            one.kind.value,
            one.account_bank,
            one.shown_bank,
            one.bank_name,
            one.address_code,
            city.name if city else "",
            one.branch_id,
            one.holder,
            one.masked,
            seconds(one.set_at),
        )


class AccountPage(msgspec.Struct):
    """The account, if there is one, and whose it may be: `holders` by kind.

    `is_named`: the party's registered name is known, and not only assumed.
    """

    account: AccountView | None
    form: str
    holders: dict[str, str]
    is_named: bool = False


class BankChoice(msgspec.Struct):
    account_bank: str
    name: str
    needs_branch: bool


class CityChoice(msgspec.Struct):
    address_code: str
    name: str


class ProvinceChoice(msgspec.Struct):
    name: str
    cities: list[CityChoice]


class Choices(msgspec.Struct):
    """What one may choose when setting an account."""

    banks: list[BankChoice]
    provinces: list[ProvinceChoice]


def choices(all_banks: tuple[Bank, ...], provinces: tuple[Province, ...]) -> Choices:
    """All banks and cities."""
    return Choices(
        [BankChoice(one.account_bank, one.name, one.needs_branch) for one in all_banks],
        [
            ProvinceChoice(one.name, [CityChoice(c.address_code, c.name) for c in one.cities])
            for one in provinces
        ],
    )


class BookView(msgspec.Struct):
    """What is there in one shop's book; below zero it is owed."""

    shop_id: str
    shop_name: str
    available_fen: int


class BalanceView(msgspec.Struct, kw_only=True):
    """What there is, and how much of it may be withdrawn now.

    `debt_fen` is taken off what is available, `disputed_fen` waits for after-sale cases,
    `withdrawing_fen` is on its way to the bank, `suspended_fen` the platform holds.
    """

    available_fen: int
    withdrawable_fen: int
    pending_fen: int
    debt_fen: int
    disputed_fen: int
    withdrawing_fen: int
    suspended_fen: int
    suspended_for: str
    withdrew_today: bool
    account: AccountView | None
    books: list[BookView]


class WithdrawalDraftView(msgspec.Struct, forbid_unknown_fields=True):
    amount_fen: AmountFen
    remark: Remark = ""
    bank_memo: BankMemo = ""

    def draft(self, party_id: int) -> WithdrawalDraft:
        """The withdrawal to be."""
        return WithdrawalDraft(party_id, self.amount_fen, self.remark, self.bank_memo)


class CodeView(msgspec.Struct):
    """The code that confirms: what it says, and how far it is."""

    ticket: str
    url: str
    state: str
    scan_user_type: int
    expires_at: int

    @classmethod
    def of(cls, code: Code, state: CodeState, url: str) -> "CodeView":
        """A code as its party reads it."""
        return cls(
            code.ticket, url, state.name.lower(), code.scanner.value, seconds(code.expires_at)
        )


class WithdrawalView(msgspec.Struct):
    """A withdrawal. `state` as on the wire: INIT, CREATE_SUCCESS, SUCCESS, FAIL, REFUND, CLOSE."""

    withdrawal_id: str
    amount_fen: int
    state: str
    remark: str
    bank_memo: str
    bank_name: str
    bank_number: str
    reason: str
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, one: Withdrawal) -> "WithdrawalView":
        """A withdrawal as its party reads it."""
        return cls(
            str(one.withdrawal_id),
            one.amount_fen,
            one.state.value,
            one.remark,
            one.bank_memo,
            one.bank_name,
            one.bank_number,
            one.reason,
            seconds(one.created_at),
            seconds(one.updated_at),
        )


class WithdrawalStory(msgspec.Struct):
    """A withdrawal, the code that confirms it, and from which shops' books it was taken."""

    withdrawal: WithdrawalView
    confirmation: CodeView
    books: list[BookView]


class WithdrawalRef(msgspec.Struct, forbid_unknown_fields=True):
    withdrawal_id: Id


class WithdrawalsQuery(msgspec.Struct, forbid_unknown_fields=True):
    next_key: str = ""
    page_size: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20


class WithdrawalsPage(msgspec.Struct):
    withdrawals: list[WithdrawalView]
    next_key: str
    has_more: bool


def holders(subject: Subject, allowed: dict[AccountKind, str]) -> AccountPage:
    """No account yet: in whose name one may be."""
    named = {kind.value: name for kind, name in allowed.items()}
    return AccountPage(None, subject.form.value, named)


class FlowView(msgspec.Struct):
    """What came (or, below zero, went), why, in which shop's book and of which order."""

    flow_id: str
    funds_type: int
    change_fen: int
    at: int
    shop_id: str
    shop_name: str
    order_id: str
    line: int
    aftersale_id: str
    withdrawal_id: str

    @classmethod
    def of(cls, one: MoneyFlow, shop_name: str) -> "FlowView":
        """A flow as its party reads it."""
        return cls(
            str(one.flow_id),
            one.type.value,
            one.amount_fen,
            seconds(one.at),
            str(one.shop_id),
            shop_name,
            str(one.order_id) if one.order_id else "",
            one.line,
            str(one.aftersale_id) if one.aftersale_id else "",
            str(one.withdrawal_id) if one.withdrawal_id else "",
        )


class FlowsPage(msgspec.Struct):
    flows: list[FlowView]
    next_key: str
    has_more: bool
