"""Withdrawals: asked for, confirmed, paid by the bank or returned; each posting by settlement."""

from collections.abc import Sequence
from typing import Any, Final

from tongshang.kernel.ids import Named
from tongshang.modules.aftersale import api as aftersale
from tongshang.modules.funds.actions import confirming
from tongshang.modules.funds.actions.accounts import account_of
from tongshang.modules.funds.domain import SUBJECT
from tongshang.modules.funds.domain import withdrawals as domain
from tongshang.modules.funds.domain.codes import Purpose
from tongshang.modules.funds.domain.withdrawals import Key, Means, Withdrawal, WithdrawalDraft
from tongshang.modules.funds.events import WithdrawalMoved
from tongshang.modules.funds.machine import WITHDRAWAL, WithdrawalMove, WithdrawalState
from tongshang.modules.funds.refusals import NoBankAccount, OnceADay
from tongshang.modules.funds.store import withdrawals as store
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.payment import api as payment
from tongshang.modules.payment.api import TransferDraft
from tongshang.modules.settlement import api as settlement
from tongshang.runtime.call import Call

NOT_ARRIVED: Final = "银行未能入账"
RETURNED: Final = "银行退票"


async def means_of(call: Call, party_id: int) -> Means:
    """What a party has, all books together, and what holds it."""
    has = await settlement.balance_of(call, party_id)
    standing = await settlement.standing_of(call, party_id)
    return Means(
        has.available_fen,
        has.pending_fen,
        has.debt_fen,
        has.frozen_fen,
        has.held_fen,
        await _disputed_fen(call, party_id),
        standing.reason if standing else "",
    )


async def _disputed_fen(call: Call, party_id: int) -> int:
    """What of a shop's settled orders buyers ask back: it stays until their cases have ended.

    What waits for its settlement is not withdrawn anyway.
    """
    asked = await aftersale.amounts_running(call.tx, party_id)
    if not asked:
        return 0
    keys = [(party_id, order_id) for order_id in asked]
    settled = await settlement.settled_among(call, keys)
    return sum(asked[order_id] for _, order_id in settled)


async def submit(call: Call, draft: WithdrawalDraft) -> Withdrawal:
    """A withdrawal that waits for an administrator to confirm it.

    Nothing is taken yet; the index of one withdrawal a day decides of two at once.
    """
    account = await account_of(call.tx, draft.party_id)
    if account is None:
        raise NoBankAccount
    domain.check_amount(draft.amount_fen, await means_of(call, draft.party_id))
    withdrawal_id = call.take_id(Named.WITHDRAWAL)
    code = await confirming.make(call, draft.party_id, Purpose.WITHDRAWAL, withdrawal_id)
    withdrawal = Withdrawal(
        draft.party_id, withdrawal_id, WITHDRAWAL.start, draft.amount_fen, draft.remark,
        draft.bank_memo, account.account_id, account.bank_name, account.masked, code.ticket, "",
        call.at, call.at,
    )  # fmt: skip
    if not await store.add(call.tx, withdrawal):
        raise OnceADay
    await _tell(call, [withdrawal], domain.ASKED)
    return withdrawal


async def proceed(call: Call, key: Key) -> None:
    """Confirmed: the money leaves the party's accounts, and the bank is asked to pay it."""
    held = await store.hold(call.tx, [key])
    before = held[key]
    domain.check_amount(before.amount_fen, await means_of(call, before.party_id))
    await settlement.take_out(call, before.party_id, before.withdrawal_id, before.amount_fen)
    await _move(call, held, WithdrawalMove.CONFIRM)
    await payment.transfer(
        call,
        [
            TransferDraft(
                before.party_id, SUBJECT, before.withdrawal_id, before.party_id,
                before.amount_fen, f"bank/{before.account_id}",
            )
        ],
    )  # fmt: skip


async def close(call: Call, keys: Sequence[Key], reason: str) -> None:
    """Nobody confirmed them: nothing was taken, and they are over."""
    if keys:
        await _move(call, await store.hold(call.tx, keys), WithdrawalMove.CLOSE, reason)


async def arrive(call: Call, facts: Sequence[Any]) -> None:
    """What the bank has left the books."""
    held = await _held(call, facts, WithdrawalMove.ARRIVE)
    for one in held.values():
        await settlement.paid_out(call, one.withdrawal_id)
    await _move(call, held, WithdrawalMove.ARRIVE)


async def fail(call: Call, facts: Sequence[Any]) -> None:
    """What never arrived is the party's again."""
    await _give_back(call, facts, WithdrawalMove.FAIL, NOT_ARRIVED)


async def take_returned(call: Call, facts: Sequence[Any]) -> None:
    """What the bank sent back is the party's again."""
    await _give_back(call, facts, WithdrawalMove.RETURN, RETURNED)


async def _give_back(call: Call, facts: Sequence[Any], move: WithdrawalMove, reason: str) -> None:
    held = await _held(call, facts, move)
    for one in held.values():
        await settlement.give_back(call, one.withdrawal_id, reason)
    await _move(call, held, move, reason)


async def _held(call: Call, facts: Sequence[Any], move: WithdrawalMove) -> dict[Key, Withdrawal]:
    """The withdrawals that the bank tells of, as far as the news is any."""
    keys = [(one.owner_id, one.subject_id) for one in facts if one.subject_kind == SUBJECT]
    if not keys:
        return {}
    held = await store.hold(call.tx, keys)
    return {key: one for key, one in held.items() if WITHDRAWAL.allows(one.state, move)}


async def _move(
    call: Call, held: dict[Key, Withdrawal], move: WithdrawalMove, reason: str = ""
) -> None:
    if not held:
        return
    after = [domain.moved(one, move, call.at, reason) for one in held.values()]
    await store.move(call.tx, after, held)
    by_step: dict[int, list[Withdrawal]] = {}
    for one in after:
        if one.state is not WithdrawalState.CLOSE:
            by_step.setdefault(domain.STEPS[one.state], []).append(one)
    for step, same in by_step.items():
        await _tell(call, same, step)


async def _tell(call: Call, withdrawals: Sequence[Withdrawal], step: int) -> None:
    parties = await identity.find_parties(call.tx, sorted({one.party_id for one in withdrawals}))
    await call.tell(
        *(
            WithdrawalMoved(one.party_id, one.withdrawal_id, step, call.at)
            for one in withdrawals
            if parties[one.party_id].kind is PartyKind.SHOP
        )
    )
