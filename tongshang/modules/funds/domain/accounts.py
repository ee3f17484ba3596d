"""Bank accounts: whose they may be, and what is shown of them (reference section 9.4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from tongshang.kernel.refusal import InvalidField
from tongshang.modules.funds import banks
from tongshang.modules.funds.banks import Bank, City
from tongshang.modules.funds.domain.subjects import LegalForm, Subject
from tongshang.modules.funds.refusals import (
    AccountKindBarred,
    AccountNameDiffers,
    BankUnknown,
    BranchMissing,
    BranchUnknown,
    PlaceUnknown,
)

_NUMBER: Final = re.compile(r"[0-9]{6,32}")
_SHOWN: Final = 4


class AccountKind(StrEnum):
    """Whose account it is. The values are stored and on the wire."""

    BUSINESS = "ACCOUNT_TYPE_BUSINESS"
    PRIVATE = "ACCOUNT_TYPE_PRIVATE"


ALLOWED: Final[Mapping[LegalForm, tuple[AccountKind, ...]]] = {
    LegalForm.COMPANY: (AccountKind.BUSINESS,),
    LegalForm.SOLE_TRADER: (AccountKind.BUSINESS, AccountKind.PRIVATE),
    LegalForm.PERSON: (AccountKind.PRIVATE,),
}
_FORMS_ZH: Final = {
    LegalForm.COMPANY: "企业",
    LegalForm.SOLE_TRADER: "个体工商户",
    LegalForm.PERSON: "个人",
}
_KINDS_ZH: Final = {AccountKind.BUSINESS: "对公账户", AccountKind.PRIVATE: "个人银行卡"}


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """A bank account as it is asked for."""

    kind: AccountKind
    account_bank: str
    address_code: str
    number: str
    branch_id: str = ""
    branch_name: str = ""
    shown_bank: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A party's bank account; its number is sealed, and only `masked` is ever shown."""

    party_id: int
    account_id: int
    kind: AccountKind
    account_bank: str
    shown_bank: str
    address_code: str
    branch_id: str
    branch_name: str
    holder: str
    masked: str
    set_at: datetime

    @property
    def bank_name(self) -> str:
        """The bank in words: its branch, where that is known."""
        return self.branch_name or self.shown_bank or self.account_bank


def checked(draft: AccountDraft, subject: Subject) -> AccountDraft:
    """The draft with what it left out, if money of this subject may go there."""
    if draft.kind not in ALLOWED[subject.form]:
        raise AccountKindBarred(
            subject=_FORMS_ZH[subject.form],
            allowed="或".join(_KINDS_ZH[kind] for kind in ALLOWED[subject.form]),
            allowed_kind=" or ".join(ALLOWED[subject.form]),
        )
    holder = holder_of(draft.kind, subject)
    if draft.holder and draft.holder != holder:
        raise AccountNameDiffers(name=holder)
    if not _NUMBER.fullmatch(draft.number):
        raise InvalidField(field="account_number", rule="has 6 to 32 digits")
    city = banks.city_of(draft.address_code)
    if city is None:
        raise PlaceUnknown(place=draft.address_code[:40])
    bank = _bank(draft)
    if bank is None and draft.account_bank != banks.OTHER_BANK:
        raise BankUnknown(bank=draft.account_bank[:40])
    branch = _branch(draft, bank, city)
    shown = bank.name if bank else draft.account_bank
    return replace(
        draft,
        holder=holder,
        account_bank=bank.account_bank if bank else banks.OTHER_BANK,
        shown_bank=draft.shown_bank or shown,
        branch_id=branch[0],
        branch_name=branch[1],
    )


def holder_of(kind: AccountKind, subject: Subject) -> str:
    """In whose name an account must be: the company's, or the person's behind it."""
    if kind is AccountKind.BUSINESS:
        return subject.registered_name
    return subject.legal_person or subject.registered_name


def _bank(draft: AccountDraft) -> Bank | None:
    """The bank that is named; of "another bank" the one that is shown, or its card's."""
    named = banks.banks_named(draft.account_bank)
    if draft.account_bank != banks.OTHER_BANK:
        return named[0] if named else None
    shown = [one for one in named if draft.shown_bank in (one.name, one.full_name)]
    return shown[0] if shown else None


def _branch(draft: AccountDraft, bank: Bank | None, city: City) -> tuple[str, str]:
    needed = bank is None or bank.needs_branch
    if needed and not draft.branch_id and not draft.branch_name:
        raise BranchMissing(bank=draft.shown_bank or draft.account_bank[:40])
    if not draft.branch_id:
        return "", draft.branch_name
    all_there = [bank] if bank else banks.banks_named(banks.OTHER_BANK)
    known = {one.branch_id: one for b in all_there for one in banks.branches(b, city)}
    if draft.branch_id not in known:
        raise BranchUnknown(branch=draft.branch_id[:40])
    return draft.branch_id, known[draft.branch_id].name


def masked(number: str) -> str:
    """A number as it is shown: enough to recognise it."""
    head = number[:_SHOWN] if len(number) > 3 * _SHOWN else ""
    return f"{head}{'*' * (len(number) - len(head) - _SHOWN)}{number[-_SHOWN:]}"
