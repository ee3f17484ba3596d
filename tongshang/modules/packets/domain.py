"""What red packets decide: who gets how much, who may open, and what goes back."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from tongshang.modules.packets.machine import PACKET, PacketMove, PacketState
from tongshang.modules.packets.refusals import (
    AllTaken,
    AmountWrong,
    FormWrong,
    OwnPacket,
    PacketOver,
)

SUBJECT: Final = "packet"
PART: Final = "packet_part"
LEFT: Final = "packet_left"
LATE: Final = "packet_late"
PART_FEN_MAX: Final = 20_000
PORTIONS_MAX: Final = 100
GREETING_MAX: Final = 25
LIFE: Final = timedelta(hours=24)
PAY_WITHIN: Final = timedelta(minutes=15)
RETRY_AFTER: Final = timedelta(minutes=5)

Key = tuple[int, int]  # sender_id, packet_id


class PacketKind(IntEnum):
    """How it is divided. The values are stored: add, never renumber."""

    ONE = 1
    EQUAL = 2
    LUCK = 3


class Look(StrEnum):
    """How a paid packet looks to one person."""

    SEALED = "sealed"  # there is a portion to take
    OPENED = "opened"  # took one
    WAITING = "waiting"  # sent to one person, who has not opened it
    TAKEN = "taken"  # sent to one person, who has
    EMPTY = "empty"  # others were quicker
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class MakeDraft:
    """A packet to be; `amount_fen` for all portions together."""

    sender_id: int
    kind: PacketKind
    amount_fen: int
    portions: int
    greeting: str = ""
    chat_id: int = 0
    to_buyer_id: int = 0


@dataclass(frozen=True, slots=True)
class Packet:
    """Money for a chat; `taken` portions of it are opened."""

    sender_id: int
    packet_id: int
    kind: PacketKind
    amount_fen: int
    portions: int
    greeting: str
    chat_id: int
    to_buyer_id: int
    state: PacketState
    taken: int
    made_at: datetime
    paid_at: datetime | None
    expires_at: datetime | None

    @property
    def key(self) -> Key:
        return self.sender_id, self.packet_id


@dataclass(frozen=True, slots=True)
class Part:
    """One portion, in the order of opening; nobody's while `opener_id` is 0."""

    sender_id: int
    packet_id: int
    number: int
    part_id: int
    amount_fen: int
    opener_id: int = 0
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """Money of a packet that goes back to its sender."""

    sender_id: int
    packet_id: int
    cause_kind: str
    cause_id: int
    amount_fen: int


def check_draft(draft: MakeDraft) -> None:
    """Refuse what is no packet."""
    alone = draft.kind is PacketKind.ONE
    if bool(draft.chat_id) == bool(draft.to_buyer_id) or (draft.to_buyer_id and not alone):
        raise FormWrong
    if (alone and draft.portions != 1) or draft.to_buyer_id == draft.sender_id:
        raise FormWrong
    if not draft.portions <= draft.amount_fen <= PART_FEN_MAX * draft.portions:
        raise AmountWrong
    if draft.kind is PacketKind.EQUAL and draft.amount_fen % draft.portions:
        raise AmountWrong


def seed_of(secret: bytes, packet_id: int) -> bytes:
    """What the luck of a packet comes from: nobody outside can know it before."""
    return hmac.new(secret, b"packet.luck\0%d" % packet_id, hashlib.sha256).digest()


def divide(packet: Packet, seed: bytes) -> list[int]:
    """The portions' amounts, in the order of opening: each a fen at least, together all of it."""
    if packet.kind is not PacketKind.LUCK:
        return [packet.amount_fen // packet.portions] * packet.portions
    return lucky(packet.amount_fen, packet.portions, seed)


def lucky(amount_fen: int, portions: int, seed: bytes) -> list[int]:
    """Portions by luck, none above twice the mean.

    Each is drawn evenly from a fen to twice the mean of what is left; then they are shuffled, so
    that whoever opens first and whoever opens last may expect the same.
    """
    most = min(PART_FEN_MAX, 2 * amount_fen // portions)
    parts, left = [], amount_fen
    for number in range(portions):
        after = portions - number - 1
        low = max(1, left - after * most)
        high = max(low, min(most, left - after, 2 * left // (after + 1) - 1))
        part = low + _draw(seed, number) % (high - low + 1) if after else left
        parts.append(part)
        left -= part
    places = sorted(range(portions), key=lambda number: _draw(seed, portions + number))
    return [parts[number] for number in places]


def _draw(seed: bytes, number: int) -> int:
    return int.from_bytes(hmac.new(seed, b"%d" % number, hashlib.sha256).digest()[:8], "big")


def check_opening(packet: Packet, opener_id: int, at: datetime) -> None:
    """Refuse who is too late, or opens what was for the other."""
    if packet.kind is PacketKind.ONE and packet.sender_id == opener_id:
        raise OwnPacket
    if packet.state is PacketState.EMPTY:
        raise AllTaken
    if not PACKET.allows(packet.state, PacketMove.TAKE_LAST) or is_over(packet, at):
        raise PacketOver


def is_over(packet: Packet, at: datetime) -> bool:
    """Whether its day is past, whatever the clockwork has done about it."""
    return packet.expires_at is not None and packet.expires_at <= at


def state_at(packet: Packet, at: datetime) -> PacketState:
    """What a packet is, whatever the clockwork has done about it."""
    is_late = packet.state is PacketState.OPEN and is_over(packet, at)
    return PacketState.EXPIRED if is_late else packet.state


def look_of(packet: Packet, viewer_id: int, mine_fen: int, at: datetime) -> Look:
    """How a paid packet looks to somebody who took `mine_fen` of it."""
    if mine_fen:
        return Look.OPENED
    is_sender = packet.kind is PacketKind.ONE and packet.sender_id == viewer_id
    match state_at(packet, at):
        case PacketState.OPEN:
            return Look.WAITING if is_sender else Look.SEALED
        case PacketState.EMPTY:
            return Look.TAKEN if is_sender else Look.EMPTY
        case _:
            return Look.EXPIRED


def after_opening(packet: Packet) -> PacketState:
    """What a packet is once one more portion of it is taken."""
    if packet.taken + 1 < packet.portions:
        return packet.state
    return PACKET.step(packet.state, PacketMove.TAKE_LAST)


def luckiest(packet: Packet, parts: list[Part]) -> int:
    """Who got most, once all are taken; of several the first; 0 where luck decides nothing."""
    taken = [part for part in parts if part.opener_id]
    if packet.kind is not PacketKind.LUCK or len(taken) < packet.portions or not taken:
        return 0
    return max(taken, key=lambda part: (part.amount_fen, -part.number)).opener_id
