"""Chats and messages."""

import io
from datetime import UTC, datetime
from typing import Final, assert_never

from PIL import Image

from tongshang.kernel import page
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.links.api import Ref, ShopRef
from tongshang.modules.media import api as media
from tongshang.modules.social import domain, wire
from tongshang.modules.social.actions import cards, listing, sending, viewing
from tongshang.modules.social.domain import Body, MessageDraft
from tongshang.modules.social.refusals import (
    CardUnreadable,
    ChatDissolved,
    ChatNotFound,
    MessageNotFound,
    MessageNotTaken,
    MoneyStays,
    NotAPicture,
    PersonBlocked,
    PersonMuted,
    RecallTooLate,
    TooManyMessages,
    WordsMissing,
)
from tongshang.modules.social.store import chats as store
from tongshang.modules.social.store import groups as group_store
from tongshang.modules.social.store import messages as message_store
from tongshang.modules.social.store import people as people_store
from tongshang.modules.surfaces.api import CardRef
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints, Nothing
from tongshang.runtime.streams import Event, Hearing

ENDPOINTS: Final = Endpoints("social")

_LATEST: Final = 2**62
_BEGINNING: Final = (True, datetime(9999, 1, 1, tzinfo=UTC), 2**63 - 1)
_SENDING: Final = (
    TooManyMessages,
    WordsMissing,
    CardUnreadable,
    ChatNotFound,
    ChatDissolved,
    PersonMuted,
    PersonBlocked,
    MessageNotTaken,
)


@ENDPOINTS("GET", "/v1/buyer/chat/list", needs=Scope.BUYER, reads=True)
async def list_chats(call: Call, req: wire.ChatQuery) -> wire.ChatPage:
    """The caller's chats: pinned ones first, then those in which something was said last."""
    question = ("chats", call.buyer_id)
    before = _after(page.after(question, req.next_key))
    found = await store.list_inboxes(call.tx, call.buyer_id, before, req.limit + 1)
    shown = found[: req.limit]
    items = await listing.chat_items(call, shown)
    if len(found) <= req.limit:
        return wire.ChatPage(items)
    last = shown[-1]
    micros = int(last.last_at.timestamp() * 1_000_000)
    return wire.ChatPage(items, page.cursor(question, (int(last.is_pinned), micros, last.chat_id)))


def _after(key: page.Key | None) -> tuple[bool, datetime, int]:
    if key is None:
        return _BEGINNING
    match key:
        case (int() as pinned, int() as micros, int() as chat_id) if (
            0 <= micros < 4 * 10**15 and 0 <= chat_id < 2**63
        ):
            seconds, rest = divmod(micros, 1_000_000)
            at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
            return bool(pinned), at, chat_id
    raise CursorMismatch


@ENDPOINTS("GET", "/v1/buyer/chat/get", needs=Scope.BUYER, refuses=(ChatNotFound,), reads=True)
async def get_chat(call: Call, req: wire.ChatRef) -> wire.ChatView:
    """A chat with who is in it, how the caller has it, and why nothing can be sent, if so."""
    return await listing.chat_view(call, int(req.chat_id))


@ENDPOINTS("GET", "/v1/buyer/chat/messages", needs=Scope.BUYER, refuses=(ChatNotFound,), reads=True)
async def list_messages(call: Call, req: wire.MessageQuery) -> wire.MessagePage:
    """What was said before a number, or after one: who polls names the last number he has."""
    inbox = await store.find_inbox(call.tx, call.buyer_id, int(req.chat_id))
    if inbox is None:
        raise ChatNotFound
    key, limit = (inbox.chat_id, inbox.from_seq), req.limit + 1
    if req.after is not None:
        found = await message_store.list_after(call.tx, call.buyer_id, key, req.after, limit)
        shown = found[: req.limit]
    else:
        before = req.before or _LATEST
        found = await message_store.list_before(call.tx, call.buyer_id, key, before, limit)
        shown = found[-req.limit :]
    return wire.MessagePage(await viewing.message_views(call, shown), len(found) > req.limit)


@ENDPOINTS("POST", "/v1/buyer/chat/send", needs=Scope.BUYER, refuses=_SENDING)
async def send_message(call: Call, req: wire.MessageSend) -> wire.MessageView:
    """Say something in a chat: words, or a card; sixty messages a minute.

    To whom one is no friend of (any more), or who blocks one, nothing is delivered; the answer is
    the same for both.
    """
    sending.count_message(call)
    draft = MessageDraft(call.buyer_id, await _body(call, req.body), int(req.chat_id))
    sent = await sending.send(call, [draft])
    (view,) = await viewing.message_views(call, sent)
    return view


async def _body(call: Call, said: wire.Said) -> Body:
    ref: Ref | None
    match said:
        case wire.Text():
            text = said.text.strip()
            if not text:
                raise WordsMissing
            may_turn = said.may_turn and domain.is_lone_link(text)
            ref = await cards.read_pasted(call, text) if may_turn else None
            if ref is None or await cards.described(call, ref) is None:
                return Body.of_text(text)
            return await cards.carried(call, ref)
        case wire.Pasted():
            ref = await cards.read_pasted(call, said.text)
        case wire.Product():
            ref = CardRef(int(said.shop_id), int(said.product_id))
        case wire.Shop():
            ref = ShopRef(int(said.shop_id))
        case wire.Content():
            ref = await cards.content_ref(call, int(said.content_id))
        case _:
            assert_never(said)
    if ref is None:
        raise CardUnreadable
    return await cards.carried(call, ref)


@ENDPOINTS(
    "POST",
    "/v1/buyer/chat/picture/send",
    needs=Scope.BUYER,
    refuses=(ChatNotFound, NotAPicture, media.PictureRefused, *_SENDING),
)
async def send_picture(call: Call, req: wire.PictureSend) -> wire.MessageView:
    """Send a picture into a chat (PNG, JPEG, WebP, GIF; 5 MB)."""
    sending.count_message(call)
    if await store.find_inbox(call.tx, call.buyer_id, int(req.chat_id)) is None:
        raise ChatNotFound
    if not req.media:
        raise NotAPicture
    (url,) = await media.keep_pictures(call, call.buyer_id, [req.media])
    with Image.open(io.BytesIO(req.media)) as picture:
        body = Body.of_picture(url, *picture.size)
    sent = await sending.send(call, [MessageDraft(call.buyer_id, body, int(req.chat_id))])
    (view,) = await viewing.message_views(call, sent)
    return view


@ENDPOINTS("GET", "/v1/buyer/chat/preview", needs=Scope.BUYER, reads=True)
async def preview_pasted(call: Call, req: wire.PastedQuery) -> wire.Preview:
    """The card that a pasted text would become; nothing where it holds no link of ours."""
    return await cards.preview(call, req.text)


@ENDPOINTS("POST", "/v1/buyer/chat/read", needs=Scope.BUYER, refuses=(ChatNotFound,))
async def read_chat(call: Call, req: wire.MessageRef) -> wire.ReadUpTo:
    """Say up to which message one has read a chat; the caller's other pages hear it."""
    chat_id = int(req.chat_id)
    read = await message_store.mark_read(call.tx, call.buyer_id, chat_id, req.seq)
    if read is None:
        raise ChatNotFound
    sending.tell(call, [call.buyer_id], "read", wire.ChatNews(str(chat_id), read[0]))
    return wire.ReadUpTo(*read)


@ENDPOINTS(
    "POST",
    "/v1/buyer/chat/recall",
    needs=Scope.BUYER,
    refuses=(MessageNotFound, MoneyStays, RecallTooLate),
)
async def recall_message(call: Call, req: wire.MessageRef) -> Done:
    """Take back one's own message, within two minutes."""
    message = await _message(call, req)
    if message.from_buyer_id != call.buyer_id or message.is_recalled or not message.body.counts:
        raise MessageNotFound
    domain.check_recall(message, call.at)
    if not await message_store.recall(call.tx, message):
        raise MessageNotFound
    everybody = await message_store.member_ids(call.tx, message.chat_id)
    news = wire.ChatNews(str(message.chat_id), message.seq, str(call.buyer_id))
    sending.tell(call, everybody, "recalled", news)
    return Done()


@ENDPOINTS("POST", "/v1/buyer/chat/forget", needs=Scope.BUYER, refuses=(MessageNotFound,))
async def forget_message(call: Call, req: wire.MessageRef) -> Done:
    """Delete a message for oneself; the others keep it."""
    await message_store.hide(call.tx, call.buyer_id, await _message(call, req))
    return Done()


async def _message(call: Call, req: wire.MessageRef) -> domain.Message:
    found = await message_store.find_message(call.tx, call.buyer_id, int(req.chat_id), req.seq)
    if found is None:
        raise MessageNotFound
    return found


@ENDPOINTS("POST", "/v1/buyer/chat/clear", needs=Scope.BUYER, refuses=(ChatNotFound,))
async def clear_chat(call: Call, req: wire.ChatRef) -> Done:
    """Delete all that was said in a chat so far, for oneself."""
    await sending.member_chat(call, int(req.chat_id))
    await store.clear_history(call.tx, call.buyer_id, int(req.chat_id))
    return Done()


@ENDPOINTS("POST", "/v1/buyer/chat/settings", needs=Scope.BUYER, refuses=(ChatNotFound,))
async def set_chat(call: Call, req: wire.SettingsPatch) -> Done:
    """Mute a chat, pin it, or take it off the list until something is said in it again."""
    found = await store.save_settings(
        call.tx, call.buyer_id, int(req.chat_id), req.is_muted, req.is_pinned, req.is_hidden
    )
    if not found:
        raise ChatNotFound
    return Done()


@ENDPOINTS("GET", "/v1/buyer/chat/unread", needs=Scope.BUYER, reads=True)
async def count_unread(call: Call, req: Nothing) -> wire.Unread:
    """How much waits for the caller: for the badge of the tab."""
    unread, muted = await store.unread_of(call.tx, call.buyer_id)
    waiting = await people_store.count_waiting(call.tx, call.buyer_id)
    joining = await group_store.count_owned(call.tx, call.buyer_id)
    return wire.Unread(unread, muted, waiting + joining)


@ENDPOINTS.stream("/v1/buyer/chat/stream", needs=Scope.BUYER)
async def hear_chats(call: Call, req: wire.StreamQuery) -> Hearing:
    """All that happens in the caller's chats, as it happens.

    `message`, `recalled`, `read` and `gone` name a chat and a number, `request` who asks; what was
    missed is asked for by number. The first answer is what waits to be read.
    """

    async def unread(call: Call) -> list[Event]:
        return [Event.of("unread", await count_unread(call, Nothing()))]

    return Hearing((sending.topic(call.buyer_id),), unread)
