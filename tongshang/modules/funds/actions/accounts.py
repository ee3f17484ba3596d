"""Bank accounts: set under the party's own name, kept sealed, shown masked."""

from collections.abc import Sequence
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.funds.domain import accounts as domain
from tongshang.modules.funds.domain.accounts import AccountDraft, BankAccount
from tongshang.modules.funds.domain.subjects import Subject, assumed
from tongshang.modules.funds.events import BankAccountChanged
from tongshang.modules.funds.store import accounts as store
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party, PartyKind
from tongshang.runtime import crypto
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

_SEAL: Final = "funds.bank_account"


async def set_account(call: Call, party_id: int, draft: AccountDraft) -> BankAccount:
    """The party's bank account from now on; what is under way goes where it was asked to go."""
    party = await identity.get_party(call.tx, party_id)
    good = domain.checked(draft, await subject_of(call.tx, party))
    account = BankAccount(
        party_id, call.take_id(Named.BANK_ACCOUNT), good.kind, good.account_bank, good.shown_bank,
        good.address_code, good.branch_id, good.branch_name, good.holder,
        domain.masked(good.number), call.at,
    )  # fmt: skip
    sealed = crypto.seal(call.house.secret, _SEAL, str(account.account_id), good.number)
    await store.set_account(call.tx, account, sealed)
    if party.kind is PartyKind.SHOP:
        await call.tell(BankAccountChanged(party_id, call.at))
    return account


async def subject_of(tx: Tx, party: Party) -> Subject:
    """Who a party is by law."""
    known = await store.find_subjects(tx, [party.party_id])
    return known.get(party.party_id) or assumed(party)


async def is_named(tx: Tx, party_id: int) -> bool:
    """Whether somebody has said who the party is by law."""
    return bool(await store.find_subjects(tx, [party_id]))


async def name_subjects(call: Call, subjects: Sequence[Subject]) -> None:
    """Say who parties are by law, as their papers do."""
    await store.name_subjects(call.tx, subjects, call.at)


async def account_of(tx: Tx, party_id: int) -> BankAccount | None:
    """The party's bank account, if it has one."""
    return (await store.find_accounts(tx, [party_id])).get(party_id)
