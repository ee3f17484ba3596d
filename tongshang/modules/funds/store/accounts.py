"""Bank accounts, and who parties are by law, as they are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.funds.domain.accounts import AccountKind, BankAccount
from tongshang.modules.funds.domain.subjects import LegalForm, Subject
from tongshang.runtime.db import Row, Tx

_ACCOUNT: Final = """
    party_id, account_id, kind, account_bank, shown_bank, address_code, branch_id, branch_name,
    holder, masked, set_at
"""

# Of two who set an account at once the second waits for the first and ends what it set.
_HOLD_OWNER: Final = "select pg_advisory_xact_lock(7437, hashint8($1))"

_END: Final = """
    update bank_accounts set ended_at = $2 where party_id = $1 and ended_at is null
"""

_ADD: Final = """
    insert into bank_accounts (
        party_id, account_id, kind, account_bank, shown_bank, address_code, branch_id, branch_name,
        holder, masked, set_at, sealed
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

_CURRENT: Final = f"""
    select {_ACCOUNT} from bank_accounts where party_id = any($1::bigint[]) and ended_at is null
"""

_SUBJECTS: Final = """
    select party_id, form, registered_name, legal_person from party_subjects
    where party_id = any($1::bigint[])
"""

_NAME: Final = """
    insert into party_subjects (party_id, form, registered_name, legal_person, named_at)
    select w.*, $5 from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) w
    on conflict (party_id) do update
    set form = excluded.form, registered_name = excluded.registered_name,
        legal_person = excluded.legal_person, named_at = excluded.named_at
"""

# Of two who are said at once the first stays.
_NAME_ONCE: Final = """
    insert into party_subjects (party_id, form, registered_name, legal_person, named_at)
    values ($1, $2, $3, $4, $5) on conflict (party_id) do nothing returning party_id
"""


async def set_account(tx: Tx, account: BankAccount, sealed: bytes) -> None:
    """The party's account from now on, in place of the one before."""
    await tx.execute(_HOLD_OWNER, account.party_id)
    await tx.execute(_END, account.party_id, account.set_at)
    await tx.execute(
        _ADD,
        *(account.party_id, account.account_id, account.kind.value, account.account_bank),
        *(account.shown_bank, account.address_code, account.branch_id, account.branch_name),
        *(account.holder, account.masked, account.set_at, sealed),
    )


async def find_accounts(tx: Tx, party_ids: Sequence[int]) -> dict[int, BankAccount]:
    """The account of each party that has one."""
    return {row["party_id"]: _account(row) for row in await tx.fetch(_CURRENT, list(party_ids))}


async def find_subjects(tx: Tx, party_ids: Sequence[int]) -> dict[int, Subject]:
    """Who parties are by law, where somebody said so."""
    rows = await tx.fetch(_SUBJECTS, list(party_ids))
    return {
        row["party_id"]: Subject(
            row["party_id"], LegalForm(row["form"]), row["registered_name"], row["legal_person"]
        )
        for row in rows
    }


async def name_subjects(tx: Tx, subjects: Sequence[Subject], at: datetime) -> None:
    """Say who parties are by law."""
    await tx.execute(
        _NAME,
        [one.party_id for one in subjects],
        [one.form.value for one in subjects],
        [one.registered_name for one in subjects],
        [one.legal_person for one in subjects],
        at,
    )


def _account(row: Row) -> BankAccount:
    party_id, account_id, kind, *more = row
    return BankAccount(party_id, account_id, AccountKind(kind), *more)


async def name_once(tx: Tx, subject: Subject, at: datetime) -> bool:
    """Write who a party is by law; false where that is known already."""
    told = (subject.party_id, subject.form.value, subject.registered_name, subject.legal_person)
    return await tx.fetchval(_NAME_ONCE, *told, at) is not None
