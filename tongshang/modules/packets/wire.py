"""Red packets as people's programs ask for them and see them."""

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec

from tongshang.modules.packets import domain
from tongshang.modules.packets.domain import MakeDraft, Packet, PacketKind
from tongshang.runtime.wire import ID_MAX, Id, number

Greeting: TypeAlias = Annotated[
    str,
    msgspec.Meta(max_length=domain.GREETING_MAX, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"),
]
MaybeId: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=0, le=ID_MAX)]
    | Annotated[str, msgspec.Meta(pattern=r"^[0-9]{0,19}$")]
)
_FEN_MAX = domain.PART_FEN_MAX * domain.PORTIONS_MAX


class PacketDraft(msgspec.Struct, forbid_unknown_fields=True):
    """A packet to make, into a chat or to a friend; `amount_fen` for all portions together.

    `kind` 1 to one person, 2 a group's equal portions, 3 a group's portions by luck.
    """

    amount_fen: Annotated[int, msgspec.Meta(ge=1, le=_FEN_MAX)]
    kind: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    portions: Annotated[int, msgspec.Meta(ge=1, le=domain.PORTIONS_MAX)] = 1
    greeting: Greeting = ""
    chat_id: MaybeId = 0
    to_buyer_id: MaybeId = 0

    def draft(self, sender_id: int) -> MakeDraft:
        return MakeDraft(
            sender_id,
            PacketKind(self.kind),
            self.amount_fen,
            self.portions,
            self.greeting,
            min(int(self.chat_id or 0), ID_MAX),
            min(int(self.to_buyer_id or 0), ID_MAX),
        )


class PacketMade(msgspec.Struct):
    packet_id: str


class PacketRef(msgspec.Struct, forbid_unknown_fields=True):
    packet_id: Id

    @property
    def id(self) -> int:
        return number(self.packet_id)


class LookQuery(msgspec.Struct, forbid_unknown_fields=True):
    packet_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=100)]


class LookView(msgspec.Struct):
    """How a packet looks to the caller: `sealed`, `opened`, `empty` or `expired`; its sender sees
    one to a single person as `waiting`, then `taken`. `mine_fen` is what the caller took.
    """

    packet_id: str
    look: str
    mine_fen: int


class LookList(msgspec.Struct):
    """Packets of the caller and of chats of the caller, in the order asked; others are absent."""

    looks: list[LookView]


class PacketPay(msgspec.Struct, forbid_unknown_fields=True):
    """`confirm`: a test wallet pays at once."""

    packet_id: Id
    confirm: bool = False


class PacketCharge(msgspec.Struct):
    payment_id: str
    prepay_id: str
    cashier: str


class Opener(msgspec.Struct):
    """Who took how much."""

    buyer_id: str
    name: str
    avatar_url: str
    amount_fen: int
    opened_at: datetime
    is_luckiest: bool = False


class PacketView(msgspec.Struct):
    """A packet as who sent it or may open it sees it; `mine_fen` is what the caller took."""

    packet_id: str
    sender_id: str
    sender: str
    sender_avatar_url: str
    is_mine: bool
    kind: int
    greeting: str
    chat_id: str
    to_buyer_id: str
    state: str
    can_open: bool
    portions: int
    taken: int
    amount_fen: int
    taken_fen: int
    mine_fen: int
    made_at: datetime
    expires_at: datetime | None
    openers: list[Opener]


class PacketQuery(msgspec.Struct, forbid_unknown_fields=True):
    page_size: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20
    next_key: str = ""


class SentView(msgspec.Struct):
    packet_id: str
    kind: int
    state: str
    greeting: str
    portions: int
    taken: int
    amount_fen: int
    paid_at: datetime | None

    @classmethod
    def of(cls, packet: Packet, at: datetime) -> "SentView":
        return cls(
            str(packet.packet_id), packet.kind, domain.state_at(packet, at).value, packet.greeting,
            packet.portions, packet.taken, packet.amount_fen, packet.paid_at,
        )  # fmt: skip


class SentPage(msgspec.Struct):
    """Some of the packets that were sent; count and sums are of all, `returned_fen` came back."""

    packets: list[SentView]
    count: int
    total_fen: int
    returned_fen: int
    next_key: str = ""


class ReceivedView(msgspec.Struct):
    packet_id: str
    sender: str
    sender_avatar_url: str
    amount_fen: int
    opened_at: datetime


class ReceivedPage(msgspec.Struct):
    """Some of the packets that were opened; count and sum are of all."""

    packets: list[ReceivedView]
    count: int
    total_fen: int
    next_key: str = ""
