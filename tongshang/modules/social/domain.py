"""People, chats and messages: what they are, and who may do what."""

import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum, StrEnum
from typing import Final

from tongshang.modules.social.machine import ChatState, ReportState, RequestState
from tongshang.modules.social.refusals import (
    ChatDissolved,
    ChatNotFound,
    GroupOnly,
    MessageNotTaken,
    MoneyStays,
    OneselfChosen,
    OwnerOnly,
    PersonBlocked,
    PersonMuted,
    RecallTooLate,
)

TEXT_MAX: Final = 500
MEMBERS_MAX: Final = 200
CONTACTS_MAX: Final = 5_000
NAME_MAX: Final = 30
NOTICE_MAX: Final = 500
REMARK_MAX: Final = 20
GREETING_MAX: Final = 50
WORDS_MAX: Final = 200
RECALL_WITHIN: Final = timedelta(minutes=2)
LINK_LIFE: Final = timedelta(days=7)
MESSAGES_PER_MINUTE: Final = 60
MESSAGES_PER_DAY: Final = 10_000
REQUESTS_PER_DAY: Final = 30
INVITES_PER_DAY: Final = 400
REPORTS_PER_DAY: Final = 20
FOUND_MAX: Final = 20
FACES: Final = 9  # of a group, in its picture
EVIDENCE: Final = 10  # messages up to the one that is reported

_CHINA: Final = timezone(timedelta(hours=8))


class ChatKind(IntEnum):
    """The values are stored: add, never renumber."""

    PAIR = 1
    GROUP = 2


class BodyKind(IntEnum):
    """What a message is. The values are stored: add, never renumber."""

    TEXT = 1
    PICTURE = 2
    PRODUCT = 3
    SHOP = 4
    LIVE = 5
    CONTENT = 6
    GIFT = 7
    NOTICE = 8
    PACKET = 9


class NoticeKind(StrEnum):
    """What the chat itself says. The values are stored: add, never rename."""

    BEFRIENDED = "befriended"
    CREATED = "created"
    INVITED = "invited"
    JOINED = "joined"
    LEFT = "left"
    REMOVED = "removed"
    RENAMED = "renamed"
    ANNOUNCED = "announced"
    TRANSFERRED = "transferred"
    DISSOLVED = "dissolved"


class Reason(StrEnum):
    """Why somebody is reported. The values are stored: add, never rename."""

    SPAM = "spam"
    FRAUD = "fraud"
    ABUSE = "abuse"
    INDECENT = "indecent"
    OTHER = "other"


class Relation(StrEnum):
    """What another is to oneself."""

    SELF = "self"
    FRIEND = "friend"
    ASKED = "asked"  # I asked, no answer yet
    ASKS = "asks"  # waits for my answer
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says; which fields have a meaning depends on its kind."""

    kind: BodyKind
    text: str = ""
    url: str = ""
    width: int = 0
    height: int = 0
    shop_id: int = 0
    product_id: int = 0
    promoter_id: int = 0
    content_id: int = 0
    share_id: int = 0
    present_id: int = 0
    notice: str = ""
    who: tuple[int, ...] = ()
    packet_id: int = 0
    deal_id: int = 0

    @classmethod
    def of_text(cls, text: str) -> "Body":
        """Words."""
        return cls(BodyKind.TEXT, text=text)

    @classmethod
    def of_picture(cls, url: str, width: int, height: int) -> "Body":
        """A picture that media keeps."""
        return cls(BodyKind.PICTURE, url=url, width=width, height=height)

    @classmethod
    def of_product(
        cls, shop_id: int, product_id: int, promoter_id: int = 0, content_id: int = 0
    ) -> "Body":
        """A product's card, of the promoter whose card it was."""
        return cls(
            BodyKind.PRODUCT, shop_id=shop_id, product_id=product_id,
            promoter_id=promoter_id, content_id=content_id,
        )  # fmt: skip

    @classmethod
    def of_gift(cls, present_id: int) -> "Body":
        """A present; what is in it, gifting tells."""
        return cls(BodyKind.GIFT, present_id=present_id)

    @classmethod
    def of_packet(cls, packet_id: int, greeting: str) -> "Body":
        """A red packet; what is in it, the room of red packets tells."""
        return cls(BodyKind.PACKET, text=greeting, packet_id=packet_id)

    @classmethod
    def of_notice(cls, notice: NoticeKind, who: Sequence[int] = (), text: str = "") -> "Body":
        """What the chat itself says of those in `who`."""
        return cls(BodyKind.NOTICE, notice=notice.value, who=tuple(who), text=text)

    @property
    def counts(self) -> bool:
        """Whether it waits to be read: what the chat itself says does not."""
        return self.kind is not BodyKind.NOTICE


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """A message to be: into a chat, or to a friend (`to_buyer_id`)."""

    from_buyer_id: int
    body: Body
    chat_id: int = 0
    to_buyer_id: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A message in its chat; `seq` counts from 1 without a gap."""

    chat_id: int
    seq: int
    from_buyer_id: int
    body: Body
    sent_at: datetime
    is_recalled: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """Two people, or a group with its owner."""

    chat_id: int
    kind: ChatKind
    state: ChatState
    name: str
    notice: str
    owner_id: int
    needs_approval: bool
    link_no: int
    member_count: int
    last_seq: int
    made_at: datetime

    @property
    def is_group(self) -> bool:
        """Whether more than two may be in it."""
        return self.kind is ChatKind.GROUP


@dataclass(frozen=True, slots=True)
class Inbox:
    """A chat as one of its members has it."""

    buyer_id: int
    chat_id: int
    from_seq: int
    read_seq: int
    unread: int
    is_muted: bool
    is_pinned: bool
    is_hidden: bool
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands in a chat, as far as speaking goes; the peer is the other of two."""

    is_member: bool
    peer_id: int = 0
    is_known: bool = False  # the peer has him among the contacts
    is_blocked: bool = False
    blocks: bool = False
    muted_until: datetime | None = None
    muted_for: str = ""


@dataclass(frozen=True, slots=True)
class FriendRequest:
    """The wish of `from_buyer_id` to be the friend of `buyer_id`."""

    buyer_id: int
    from_buyer_id: int
    greeting: str
    remark: str
    state: RequestState
    made_at: datetime


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """The wish to be in a group whose owner wants to be asked."""

    chat_id: int
    buyer_id: int
    inviter_id: int
    greeting: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Bond:
    """All that lies between me and another."""

    knows: bool = False  # I have them among my contacts
    is_known: bool = False  # they have me
    blocks: bool = False  # I block them
    is_blocked: bool = False  # they block me
    asked: bool = False
    asks: bool = False
    shares_chat: bool = False
    remark: str = ""

    @property
    def is_any(self) -> bool:
        """Whether I may name them at all."""
        return self.knows or self.blocks or self.asked or self.asks or self.shares_chat

    @property
    def relation(self) -> Relation:
        """What they are to me."""
        if self.knows:
            return Relation.FRIEND
        if self.asks and not self.blocks:
            return Relation.ASKS
        return Relation.ASKED if self.asked else Relation.NONE


@dataclass(frozen=True, slots=True)
class GroupLink:
    """An invitation that anybody may carry on."""

    chat_id: int
    inviter_id: int
    link_no: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody told the operator of another."""

    buyer_id: int
    report_id: int
    about_id: int
    chat_id: int
    reason: Reason
    words: str
    evidence: tuple[Message, ...]
    state: ReportState
    made_at: datetime
    note: str = ""


# --- who may speak -----------------------------------------------------------------------------


def check_sending(chat: Chat | None, standing: Standing | None) -> Chat:
    """The chat, if one may speak in it; a block is told like a friendship that ended."""
    if chat is None or standing is None or not standing.is_member:
        raise ChatNotFound
    if chat.state is ChatState.DISSOLVED:
        raise ChatDissolved
    if standing.muted_until is not None:
        local = standing.muted_until.astimezone(_CHINA)
        raise PersonMuted(until=f"{local:%Y-%m-%d %H:%M}", reason=standing.muted_for)
    if chat.is_group:
        return chat
    if standing.blocks:
        raise PersonBlocked
    # One sentence for both, so that nobody learns of being blocked.
    if standing.is_blocked or not standing.is_known:
        raise MessageNotTaken
    return chat


def numbered(
    drafts: Sequence[MessageDraft], chats: Mapping[int, Chat], at: datetime
) -> list[Message]:
    """The drafts as messages, each with the next number of its chat."""
    last = {chat_id: chat.last_seq for chat_id, chat in chats.items()}
    made = []
    for draft in drafts:
        last[draft.chat_id] += 1
        made.append(
            Message(draft.chat_id, last[draft.chat_id], draft.from_buyer_id, draft.body, at)
        )
    return made


def check_recall(message: Message, at: datetime) -> None:
    """Refuse to recall money, and what has been there too long."""
    if message.body.kind is BodyKind.PACKET:
        raise MoneyStays
    if at - message.sent_at > RECALL_WITHIN:
        raise RecallTooLate(minutes=RECALL_WITHIN // timedelta(minutes=1))


def pair_of(one: int, other: int) -> tuple[int, int]:
    """Two people in the order in which they are kept."""
    if one == other:
        raise OneselfChosen
    return min(one, other), max(one, other)


# --- groups ------------------------------------------------------------------------------------


def check_owner(chat: Chat, buyer_id: int) -> None:
    """Refuse what only a group's owner may do, while there is a group."""
    check_group(chat)
    if chat.owner_id != buyer_id:
        raise OwnerOnly


def check_group(chat: Chat) -> None:
    """Refuse what only a group that is open has."""
    if not chat.is_group:
        raise GroupOnly
    if chat.state is ChatState.DISSOLVED:
        raise ChatDissolved


def waits_for_owner(chat: Chat, by: int) -> bool:
    """Whether the owner is asked before somebody joins by the word of `by`."""
    return chat.needs_approval and by != chat.owner_id


# --- links -------------------------------------------------------------------------------------

_PERSON: Final = struct.Struct(">Q")
_GROUP: Final = struct.Struct(">QQII")


def pack_person(buyer_id: int) -> bytes:
    """What a person's own link says."""
    return _PERSON.pack(buyer_id)


def unpack_person(body: bytes | None) -> int:
    """Whose link it is; 0 where it is none."""
    try:
        return int(_PERSON.unpack(body)[0]) if body else 0
    except struct.error:
        return 0


def pack_group(link: GroupLink) -> bytes:
    """What a group's link says."""
    ends = int(link.ends_at.timestamp())
    return _GROUP.pack(link.chat_id, link.inviter_id, link.link_no, ends)


def unpack_group(body: bytes | None) -> GroupLink | None:
    """The link that `pack_group` packed."""
    try:
        chat_id, inviter_id, link_no, ends = _GROUP.unpack(body or b"")
    except struct.error:
        return None
    return GroupLink(chat_id, inviter_id, link_no, datetime.fromtimestamp(ends, UTC))


_QUOTED: Final = re.compile(r"[￥¥]\s?[0-9A-Za-z]{9,24}\s?[￥¥]")


def is_lone_link(text: str) -> bool:
    """Whether a message is nothing but a link, or a 口令 with the words it is copied with."""
    return bool(_QUOTED.search(text)) or (
        len(text.split()) == 1 and ("://" in text or text.startswith("/"))
    )


def day_begins(at: datetime) -> datetime:
    """When the day of daily limits began: midnight in China."""
    local = at.astimezone(_CHINA)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def others(buyer_ids: Iterable[int], buyer_id: int) -> list[int]:
    """The ids without one's own, each once, in order."""
    return sorted(set(buyer_ids) - {buyer_id})
