"""People, chats and messages as people's programs ask for them and see them."""

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec

from tongshang.modules.social import domain
from tongshang.modules.social.domain import BodyKind, Reason, Relation
from tongshang.modules.surfaces.api import CardView, ShopCardView

NO_NUL = r"^[^\x00]*$"  # what PostgreSQL keeps in no text
# An id: digits in a string, as we give it, or a number.
Id: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    | Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,18}$|^[1-8][0-9]{18}$")]
)
Ids = Annotated[list[Id], msgspec.Meta(min_length=1, max_length=domain.MEMBERS_MAX)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
PageSize = Annotated[int, msgspec.Meta(ge=1, le=100)]
Token = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=domain.NAME_MAX, pattern=NO_NUL)]
Notice = Annotated[str, msgspec.Meta(max_length=domain.NOTICE_MAX, pattern=NO_NUL)]
Remark = Annotated[str, msgspec.Meta(max_length=domain.REMARK_MAX, pattern=NO_NUL)]
Greeting = Annotated[str, msgspec.Meta(max_length=domain.GREETING_MAX, pattern=NO_NUL)]
Words = Annotated[str, msgspec.Meta(max_length=domain.WORDS_MAX, pattern=NO_NUL)]


# --- people ------------------------------------------------------------------------------------


class PersonRef(msgspec.Struct, forbid_unknown_fields=True):
    buyer_id: Id


class TokenRef(msgspec.Struct, forbid_unknown_fields=True):
    token: Token


class PeopleQuery(msgspec.Struct, forbid_unknown_fields=True):
    limit: PageSize = 50
    next_key: str = ""


class NicknameQuery(msgspec.Struct, forbid_unknown_fields=True):
    """People whose nickname begins so, or is so where it is a single character."""

    nickname: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=NO_NUL)]


class FriendAsk(msgspec.Struct, forbid_unknown_fields=True):
    """A wish to be friends; `remark` is what they will be called here once they are."""

    token: Token
    greeting: Greeting = ""
    remark: Remark = ""


class RemarkPatch(msgspec.Struct, forbid_unknown_fields=True):
    buyer_id: Id
    remark: Remark


class PersonView(msgspec.Struct):
    """Somebody, under the name by which the caller knows them; `token` leads to their page."""

    buyer_id: str
    name: str
    nickname: str
    avatar_url: str
    token: str


class ContactView(PersonView):
    since: datetime


class ContactPage(msgspec.Struct):
    contacts: list[ContactView]
    next_key: str = ""


class PeopleFound(msgspec.Struct):
    people: list[PersonView]


class BlockedPage(msgspec.Struct):
    people: list[ContactView]
    next_key: str = ""


class ProfileView(msgspec.Struct):
    """A person's page: what they are to the caller, and what the caller called them."""

    person: PersonView
    relation: Relation
    remark: str
    is_blocked: bool
    greeting: str = ""


class RequestView(msgspec.Struct):
    """A wish to be friends: the caller's own (`is_mine`), or the other's."""

    person: PersonView
    greeting: str
    state: str
    is_mine: bool
    made_at: datetime


class RequestList(msgspec.Struct):
    requests: list[RequestView]


class Asked(msgspec.Struct):
    """What became of a wish at once: `friend` where nobody had to be asked."""

    relation: Relation


class OwnCard(msgspec.Struct):
    """One's own link: who opens it may ask to be friends; as a QR code it is one's card."""

    token: str
    url: str


# --- chats -------------------------------------------------------------------------------------


class ChatRef(msgspec.Struct, forbid_unknown_fields=True):
    chat_id: Id


class ChatQuery(msgspec.Struct, forbid_unknown_fields=True):
    limit: PageSize = 30
    next_key: str = ""


class MessageQuery(msgspec.Struct, forbid_unknown_fields=True):
    """What was said before a number, or after one; without either, what was said last."""

    chat_id: Id
    before: Seq = 0
    after: Seq | None = None
    limit: PageSize = 30


class MessageRef(msgspec.Struct, forbid_unknown_fields=True):
    chat_id: Id
    seq: Seq


class SettingsPatch(msgspec.Struct, forbid_unknown_fields=True):
    """How one has a chat: what is not named stays."""

    chat_id: Id
    is_muted: bool | None = None
    is_pinned: bool | None = None
    is_hidden: bool | None = None


class Text(msgspec.Struct, tag_field="kind", tag="text", forbid_unknown_fields=True):
    """Words; with `may_turn`, words that are nothing but a link of ours become its card."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=domain.TEXT_MAX, pattern=NO_NUL)]
    may_turn: bool = False


class Pasted(msgspec.Struct, tag_field="kind", tag="card", forbid_unknown_fields=True):
    """What the first link or 口令 of ours in a text leads to, as a card."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000, pattern=NO_NUL)]


class Product(msgspec.Struct, tag_field="kind", tag="product", forbid_unknown_fields=True):
    shop_id: Id
    product_id: Id


class Shop(msgspec.Struct, tag_field="kind", tag="shop", forbid_unknown_fields=True):
    shop_id: Id


class Content(msgspec.Struct, tag_field="kind", tag="content", forbid_unknown_fields=True):
    """An article, a short video, or a live room."""

    content_id: Id


Said: TypeAlias = Text | Pasted | Product | Shop | Content


class MessageSend(msgspec.Struct, forbid_unknown_fields=True):
    chat_id: Id
    body: Said


class PictureSend(msgspec.Struct, forbid_unknown_fields=True):
    """A picture, sent as a form's part `media` (PNG, JPEG, WebP, GIF; 5 MB)."""

    chat_id: Id
    media: bytes = b""


class PastedQuery(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(max_length=2_000, pattern=NO_NUL)]


class ContentCard(msgspec.Struct):
    """An article, a video or a live room as a card; `kind` says which."""

    content_id: str
    kind: str
    title: str
    cover_url: str
    author: str
    is_available: bool
    url: str


class MessageView(msgspec.Struct):
    """A message. What its kind does not have is empty; of a recalled one only who said it."""

    chat_id: str
    seq: int
    kind: str
    sender: PersonView
    is_mine: bool
    sent_at: datetime
    is_recalled: bool = False
    can_recall: bool = False
    text: str = ""
    picture_url: str = ""
    width: int = 0
    height: int = 0
    card: CardView | None = None
    shop: ShopCardView | None = None
    content: ContentCard | None = None
    present_id: str = ""
    notice: str = ""
    who: list[PersonView] = []
    packet_id: str = ""
    # A gift that was passed on by its link opens there.
    url: str = ""


class MessagePage(msgspec.Struct):
    """Messages, oldest first; `has_more` in the direction in which was asked."""

    messages: list[MessageView]
    has_more: bool


class Preview(msgspec.Struct):
    """What a pasted text would become; all empty where it stays text."""

    kind: str = ""
    card: CardView | None = None
    shop: ShopCardView | None = None
    content: ContentCard | None = None
    present_id: str = ""
    url: str = ""


class ChatItem(msgspec.Struct):
    """A chat in the list of somebody's chats."""

    chat_id: str
    kind: str
    name: str
    faces: list[PersonView]
    member_count: int
    is_dissolved: bool
    unread: int
    is_muted: bool
    is_pinned: bool
    last_at: datetime
    last: MessageView | None


class ChatPage(msgspec.Struct):
    chats: list[ChatItem]
    next_key: str = ""


class ChatView(msgspec.Struct):
    """A chat as its member has it; `obstacle` says why nothing can be sent, by its refusal's code."""

    chat_id: str
    kind: str
    name: str
    notice: str
    owner_id: str
    is_mine: bool
    needs_approval: bool
    is_dissolved: bool
    member_count: int
    members: list[PersonView]
    is_muted: bool
    is_pinned: bool
    read_seq: int
    last_seq: int
    unread: int
    waiting: int
    obstacle: int = 0


class ChatOpened(msgspec.Struct):
    chat_id: str


class ReadUpTo(msgspec.Struct):
    read_seq: int
    unread: int


class Unread(msgspec.Struct):
    """What waits: messages of chats that are not muted, muted chats with some, and requests."""

    unread: int
    muted_chats: int
    requests: int


class StreamQuery(msgspec.Struct, forbid_unknown_fields=True):
    pass


class ChatNews(msgspec.Struct):
    """What a stream says of a chat; the rest is asked for by number."""

    chat_id: str
    seq: int
    from_buyer_id: str = "0"


# --- groups ------------------------------------------------------------------------------------


class GroupDraft(msgspec.Struct, forbid_unknown_fields=True):
    buyer_ids: Ids
    name: Annotated[str, msgspec.Meta(max_length=domain.NAME_MAX, pattern=NO_NUL)] = ""


class GroupInvite(msgspec.Struct, forbid_unknown_fields=True):
    chat_id: Id
    buyer_ids: Ids


class GroupPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What a group's owner changes: what is not named stays."""

    chat_id: Id
    name: Name | None = None
    notice: Notice | None = None
    needs_approval: bool | None = None


class GroupPerson(msgspec.Struct, forbid_unknown_fields=True):
    chat_id: Id
    buyer_id: Id


class GroupJoin(msgspec.Struct, forbid_unknown_fields=True):
    token: Token
    greeting: Greeting = ""


class GroupInvitation(msgspec.Struct):
    """A link to a group, as a QR code its poster; it holds seven days, or until it is reset."""

    token: str
    url: str
    ends_at: datetime


class GroupGlance(msgspec.Struct):
    """A group as who holds its link sees it."""

    chat_id: str
    name: str
    member_count: int
    faces: list[PersonView]
    inviter: PersonView
    is_member: bool
    needs_approval: bool


class Entered(msgspec.Struct):
    """What came of it: who is in, and who waits for the owner."""

    chat_id: str
    is_waiting: bool
    joined: int = 0


class JoinView(msgspec.Struct):
    person: PersonView
    inviter: PersonView
    greeting: str
    made_at: datetime


class JoinList(msgspec.Struct):
    requests: list[JoinView]


# --- reports -----------------------------------------------------------------------------------


class ReportDraft(msgspec.Struct, forbid_unknown_fields=True):
    """A report on a person; with `seq`, on a message of theirs in a chat."""

    buyer_id: Id
    reason: Reason
    chat_id: Id = 0
    seq: Seq = 0
    words: Words = ""


class ReportQuery(msgspec.Struct, forbid_unknown_fields=True):
    state: Annotated[str, msgspec.Meta(pattern="^(open|upheld|dismissed)$")] = "open"
    limit: PageSize = 20
    next_key: str = ""


class EvidenceView(msgspec.Struct):
    buyer_id: str
    name: str
    kind: str
    text: str
    picture_url: str
    sent_at: datetime


class ReportView(msgspec.Struct):
    buyer_id: str
    report_id: str
    reporter: str
    about_id: str
    about: str
    about_avatar_url: str
    reason: str
    words: str
    state: str
    made_at: datetime
    note: str
    evidence: list[EvidenceView]
    muted_until: datetime | None = None


class ReportPage(msgspec.Struct):
    reports: list[ReportView]
    next_key: str = ""


class Ruling(msgspec.Struct, forbid_unknown_fields=True):
    """How a report ends: `mute_hours` of 0 dismisses it."""

    buyer_id: Id
    report_id: Id
    mute_hours: Annotated[int, msgspec.Meta(ge=0, le=24 * 365)]
    note: Words = ""


class MuteLift(msgspec.Struct, forbid_unknown_fields=True):
    buyer_id: Id


def kind_name(kind: BodyKind) -> str:
    """A kind as the wire says it."""
    return kind.name.lower()
