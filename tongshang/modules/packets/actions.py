"""Making, paying, opening and ending red packets, and where their money is booked.

A packet's money is in a book of its sender: what came in is held in the account PACKETS until it
is paid out to who opened it, or back.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import msgspec

from tongshang.kernel.ids import Named
from tongshang.kernel.money import Fen
from tongshang.modules.governance import api as governance
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Account, AccountKind, Cause, Entry, Posting
from tongshang.modules.packets import domain, store
from tongshang.modules.packets.domain import Key, MakeDraft, Packet, PacketKind, Part, Return
from tongshang.modules.packets.machine import PACKET, PacketMove
from tongshang.modules.packets.refusals import (
    FormWrong,
    GreetingForbidden,
    NotUnpaid,
    PacketNotFound,
    ReceiverNotFriend,
)
from tongshang.modules.payment import api as payment
from tongshang.modules.payment.api import Charge, ChargeDraft, RefundDraft, TransferDraft
from tongshang.modules.payment.events import (
    PaymentTaken,
    RefundDone,
    RefundFailed,
    TransferDone,
    TransferFailed,
)
from tongshang.modules.social import api as social
from tongshang.runtime import jobs
from tongshang.runtime.call import Call

POST_JOB: Final = "packets.post"


class Post(msgspec.Struct):
    """A packet to be shown in the chat it was sent to."""

    sender_id: int
    packet_id: int


class PacketNews(msgspec.Struct):
    """What a stream says of a packet; the rest is asked for."""

    packet_id: str


# --- making ------------------------------------------------------------------------------------


async def make(call: Call, draft: MakeDraft) -> Packet:
    """A packet that waits to be paid."""
    domain.check_draft(draft)
    if draft.greeting and (reasons := governance.judge([draft.greeting])):
        raise GreetingForbidden(reason="; ".join(reasons))
    await _check_receivers(call, draft)
    packet = Packet(
        draft.sender_id, call.take_id(Named.PACKET), draft.kind, draft.amount_fen, draft.portions,
        draft.greeting, draft.chat_id, draft.to_buyer_id, PACKET.start, 0, call.at, None, None,
    )  # fmt: skip
    await store.add(call.tx, packet, call.at + domain.PAY_WITHIN)
    return packet


async def _check_receivers(call: Call, draft: MakeDraft) -> None:
    me = draft.sender_id
    if draft.to_buyer_id:
        pair = (me, draft.to_buyer_id)
        if not await social.are_friends(call.tx, [pair]):
            raise ReceiverNotFriend
        return
    members = await social.members_of(call.tx, draft.chat_id)
    if me not in members:
        raise social.ChatNotFound
    others = [one for one in members if one != me]
    is_pair = len(others) == 1 and await social.chat_of(call.tx, me, others[0]) == draft.chat_id
    if is_pair != (draft.kind is PacketKind.ONE):
        raise FormWrong


async def ask_payment(call: Call, key: Key, *, confirm: bool = False) -> Charge:
    """Charge the sender; again for the same packet: the same charge."""
    packet = (await store.hold(call.tx, [key]))[key]
    if not PACKET.allows(packet.state, PacketMove.PAY):
        raise NotUnpaid
    subject = (packet.sender_id, domain.SUBJECT, packet.packet_id)
    draft = ChargeDraft(*subject, packet.sender_id, packet.amount_fen, confirm=confirm)
    (charge,) = await payment.charge(call, [draft])
    return charge


async def take_payments(call: Call, facts: Sequence[PaymentTaken]) -> None:
    """Paid packets are divided and shown in their chats; money that came too late goes back."""
    mine = [fact for fact in facts if fact.subject_kind == domain.SUBJECT]
    if not mine:
        return
    held = await store.hold(call.tx, [(one.shop_id, one.subject_id) for one in mine])
    opened: dict[Key, Packet] = {}
    late: list[Return] = []
    for fact in mine:
        key = (fact.shop_id, fact.subject_id)
        packet = held[key]
        if key in opened or not PACKET.allows(packet.state, PacketMove.PAY):
            late.append(Return(*key, domain.LATE, fact.payment_id, fact.amount_fen))
            continue
        opened[key] = replace(
            packet,
            state=PACKET.step(packet.state, PacketMove.PAY),
            paid_at=call.at,
            expires_at=call.at + domain.LIFE,
        )
    if opened:
        await store.move(call.tx, list(opened.values()))
        await store.add_parts(call.tx, _parts(call, list(opened.values())))
    await jobs.add(
        call,
        [
            jobs.Job(POST_JOB, msgspec.json.encode(Post(*key)), call.at, owner_id=key[0])
            for key in opened
        ],
    )
    await _book_in(call, mine)
    await give_back(call, late)


def _parts(call: Call, packets: Sequence[Packet]) -> list[Part]:
    ids = iter(call.take_ids(Named.PACKET, sum(one.portions for one in packets)))
    return [
        Part(*one.key, number, next(ids), amount_fen)
        for one in packets
        for number, amount_fen in enumerate(
            domain.divide(one, domain.seed_of(call.house.secret, one.packet_id)), start=1
        )
    ]


async def _tell_seers(call: Call, packets: Sequence[Packet]) -> None:
    """Let the pages on which packets are shown hear that these look otherwise now."""
    chats = sorted({one.chat_id for one in packets if one.chat_id})
    members = await social.members_of_all(call.tx, chats) if chats else {}
    for one in packets:
        seers = members.get(one.chat_id) or [one.sender_id, one.to_buyer_id]
        social.tell(call, seers, "packet", PacketNews(str(one.packet_id)))


# --- opening -----------------------------------------------------------------------------------


async def visible(call: Call, packet_id: int) -> Packet:
    """A packet that the caller sent or may open; of others there is none."""
    key = await store.find_key(call.tx, packet_id)
    packet = (await store.find(call.tx, [key]))[key] if key else None
    if packet is None or not await _may_see(call, packet):
        raise PacketNotFound
    return packet


async def _may_see(call: Call, packet: Packet) -> bool:
    me = call.buyer_id
    if me in (packet.sender_id, packet.to_buyer_id):
        return me == packet.sender_id or packet.paid_at is not None
    if packet.paid_at is None or not packet.chat_id:
        return False
    return me in await social.members_of(call.tx, packet.chat_id)


async def look_at(call: Call, packet_ids: Sequence[int]) -> list[tuple[Packet, int]]:
    """Those of the packets that the caller may see, each with what he took of it."""
    found = await store.look_at(call.tx, call.buyer_id, packet_ids)
    chats = sorted({one.chat_id for one, _ in found if one.chat_id})
    mine = await social.chats_with(call.tx, call.buyer_id, chats) if chats else set()
    return [
        (one, fen)
        for one, fen in found
        if call.buyer_id in (one.sender_id, one.to_buyer_id) or one.chat_id in mine
    ]


async def open_packet(call: Call, packet_id: int) -> Packet:
    """Take a portion and have it paid out; who took one already has it.

    Those who open at once wait for the packet's row: whoever holds it takes the next portion.
    """
    seen = await visible(call, packet_id)
    packet = (await store.hold(call.tx, [seen.key]))[seen.key]
    parts = (await store.parts_of(call.tx, [packet.key]))[packet.key]
    if any(part.opener_id == call.buyer_id for part in parts):
        return packet
    domain.check_opening(packet, call.buyer_id, call.at)
    part = replace(parts[packet.taken], opener_id=call.buyer_id, opened_at=call.at)
    after = replace(packet, state=domain.after_opening(packet), taken=packet.taken + 1)
    await store.open_part(call.tx, part)
    await store.move(call.tx, [after])
    subject = (part.sender_id, domain.PART, part.part_id)
    await payment.transfer(call, [TransferDraft(*subject, part.opener_id, part.amount_fen)])
    await _tell_seers(call, [after])
    return after


# --- ending ------------------------------------------------------------------------------------


async def end_due(call: Call, limit: int) -> int:
    """Packets whose time is over lapse, or give back what nobody took."""
    due = await store.hold_due(call.tx, call.at, limit)
    await end(call, due)
    return len(due)


async def end(call: Call, held: Sequence[Packet]) -> None:
    """End held packets: unpaid ones are void, the rest of paid ones goes back."""
    if not held:
        return
    unpaid = [one for one in held if one.paid_at is None]
    paid = [one for one in held if one.paid_at is not None]
    ended = [replace(one, state=PACKET.step(one.state, PacketMove.LAPSE)) for one in unpaid]
    ended += [replace(one, state=PACKET.step(one.state, PacketMove.EXPIRE)) for one in paid]
    await store.move(call.tx, ended)
    if paid:
        await _tell_seers(call, paid)
    await payment.close(call, [(one.sender_id, domain.SUBJECT, one.packet_id) for one in unpaid])
    parts = await store.parts_of(call.tx, [one.key for one in paid]) if paid else {}
    left = {key: sum(p.amount_fen for p in same if not p.opener_id) for key, same in parts.items()}
    await give_back(
        call, [Return(*key, domain.LEFT, key[1], fen) for key, fen in left.items() if fen]
    )


async def give_back(call: Call, returns: Sequence[Return]) -> None:
    """Let money of packets go back to who sent them; what fails is tried again later."""
    if not returns:
        return
    await store.add_returns(call.tx, returns)
    await payment.refund(call, [_refund(one) for one in returns])


def _refund(one: Return) -> RefundDraft:
    return RefundDraft(
        one.sender_id, domain.SUBJECT, one.packet_id, one.cause_kind, one.cause_id, one.amount_fen,
        payment_id=one.cause_id if one.cause_kind == domain.LATE else 0,
    )  # fmt: skip


async def retry_returns(call: Call, limit: int) -> int:
    """Try once more what could not go back."""
    again = await store.take_to_retry(call.tx, call.at, limit)
    await payment.refund(call, [_refund(one) for one in again])
    return len(again)


# --- what became of the money ------------------------------------------------------------------


async def finish_refunds(call: Call, facts: Sequence[RefundDone]) -> None:
    """What is back with the sender is no longer held."""
    mine = [fact for fact in facts if fact.subject_kind == domain.SUBJECT]
    if mine:
        causes = [(one.shop_id, one.cause_kind, one.cause_id) for one in mine]
        await store.end_returns(call.tx, causes, call.at)
        await _book_out(
            call, [(one.shop_id, Cause("refund", one.refund_id), one.amount_fen) for one in mine]
        )


async def note_failures(call: Call, facts: Sequence[RefundFailed]) -> None:
    """What could not go back is tried again."""
    mine = [fact for fact in facts if fact.subject_kind == domain.SUBJECT]
    if mine:
        causes = [(one.shop_id, one.cause_kind, one.cause_id) for one in mine]
        await store.put_off(call.tx, causes, call.at + domain.RETRY_AFTER)


async def finish_transfers(call: Call, facts: Sequence[TransferDone]) -> None:
    """What reached its opener is no longer held."""
    mine = [fact for fact in facts if fact.subject_kind == domain.PART]
    await _book_out(
        call, [(one.owner_id, Cause("transfer", one.transfer_id), one.amount_fen) for one in mine]
    )


async def return_portions(call: Call, facts: Sequence[TransferFailed]) -> None:
    """Portions that reached nobody go back to who sent them."""
    mine = [fact for fact in facts if fact.subject_kind == domain.PART]
    keys = await store.packets_of_parts(call.tx, [(one.owner_id, one.subject_id) for one in mine])
    await give_back(
        call,
        [
            Return(*keys[one.subject_id], domain.PART, one.subject_id, one.amount_fen)
            for one in mine
        ],
    )


async def _book_in(call: Call, facts: Sequence[PaymentTaken]) -> None:
    entries = []
    for fact in facts:
        outside, held = _accounts(fact.shop_id)
        posting = Posting(outside, held, Fen(fact.amount_fen))
        cause = Cause("payment", fact.payment_id)
        entries.append(Entry(fact.shop_id, cause, (posting,), call.at))
    await ledger.post(call, entries)


async def _book_out(call: Call, gone: Sequence[tuple[int, Cause, int]]) -> None:
    entries = []
    for sender_id, cause, amount_fen in gone:
        outside, held = _accounts(sender_id)
        posting = Posting(held, outside, Fen(amount_fen))
        entries.append(Entry(sender_id, cause, (posting,), call.at))
    await ledger.post(call, entries)


def _accounts(sender_id: int) -> tuple[Account, Account]:
    return Account(sender_id, AccountKind.CHANNEL), Account(sender_id, AccountKind.PACKETS)
