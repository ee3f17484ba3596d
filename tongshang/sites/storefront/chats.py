"""People and what they say to one another: chats, contacts, groups.

What a page shows of new messages is the same fragment whether somebody reloads, a script asks for
it after the stream said so, or older ones are loaded.
"""

from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.shown import query, sentence
from tongshang.sites.visit import Pages, Visit, own_place

PAGES: Final = Pages(role="buyer")

_CHATS: Final = 50
_MESSAGES: Final = 30
_CATCH_UP: Final = 100
_CONTACTS: Final = 100
_CONTACTS_MAX: Final = 500
_UNREAD_SHOWN: Final = 99


# --- the list ----------------------------------------------------------------------------------


@PAGES.get("/chats")
async def chats(visit: Visit) -> Response:
    """One's chats, those first in which something was said last."""
    page = await visit.ask("/v1/buyer/chat/list", limit=_CHATS, next_key=visit.asked("after"))
    waiting = await visit.ask("/v1/buyer/chat/unread")
    return visit.show("storefront/chats.html", page=page, waiting=waiting)


@PAGES.get("/chats/lines")
async def lines(visit: Visit) -> Response:
    """The list alone, for pages that are open; `open` is the chat that is."""
    page = await visit.ask("/v1/buyer/chat/list", limit=_CHATS)
    here = visit.asked("open")
    return visit.show("storefront/chat_lines.html", page=page, here=here)


@PAGES.get("/chats/count", role="")
async def count(visit: Visit) -> Response:
    """How much waits, for the mark on the tab; nothing where nothing does."""
    told = 0
    if visit.session.role == "buyer":
        waiting = await visit.ask("/v1/buyer/chat/unread")
        told = waiting.unread + waiting.requests
    text = f"{_UNREAD_SHOWN}+" if told > _UNREAD_SHOWN else str(told or "")
    return Response(text, media_type="text/plain")


@PAGES.get("/chats/stream")
async def stream(visit: Visit) -> Response:
    """What happens in one's chats, as it happens."""
    return await visit.hear("/v1/buyer/chat/stream")


# --- a chat ------------------------------------------------------------------------------------


@PAGES.get("/chats/{chat_id:int}")
async def chat(visit: Visit) -> Response:
    """A chat with what was said last; who sees it has read it."""
    return await _show_chat(visit)


async def _show_chat(visit: Visit, refusal: Refusal | None = None) -> Response:
    chat_id = visit.part("chat_id")
    view = await visit.ask("/v1/buyer/chat/get", chat_id=chat_id)
    page = await visit.ask(
        "/v1/buyer/chat/messages",
        chat_id=chat_id,
        before=visit.number("before"),
        limit=_MESSAGES,
    )
    if view.last_seq > view.read_seq and not visit.number("before"):
        await visit.ask("/v1/buyer/chat/read", chat_id=chat_id, seq=view.last_seq)
    beside = await visit.ask("/v1/buyer/chat/list", limit=_CHATS)
    return visit.show(
        "storefront/chat.html",
        int(refusal.kind) if refusal else 200,
        chat=view,
        page=page,
        looks=await _looks(visit, page.messages),
        presents=await _presents(visit, page.messages),
        first_new=_first_new(view, page.messages),
        prev=0,
        beside=beside,
        refusal=refusal,
        text=visit.fields.get("text", ""),
        preview=None,
    )


async def _looks(visit: Visit, messages: list[Any]) -> dict[str, str]:
    """How the red packets among messages look to this person, by id."""
    ids = [one.packet_id for one in messages if one.packet_id]
    if not ids:
        return {}
    found = await visit.ask("/v1/buyer/packets/look", packet_ids=ids)
    return {one.packet_id: one.look for one in found.looks}


async def _presents(visit: Visit, messages: list[Any]) -> dict[str, Any]:
    """The gifts among messages as they are now, by id."""
    mine = [one for one in messages if one.present_id]
    if not mine:
        return {}
    tokens = [one.url.removeprefix("/g/") for one in mine if one.url]
    ids = [one.present_id for one in mine if not one.url]
    found = await visit.ask("/v1/buyer/gifts/cards", present_ids=ids, tokens=tokens)
    return {one.present_id: one for one in found.gifts}


def _first_new(view: Any, messages: list[Any]) -> int:
    """Above which message the line stands that tells the new ones; 0: nowhere."""
    if not view.unread:
        return 0
    new = (one.seq for one in messages if one.seq > view.read_seq and not one.is_mine)
    return next(new, 0)


@PAGES.get("/chats/{chat_id:int}/messages")
async def messages(visit: Visit) -> Response:
    """Messages alone: those after a number, or some before one."""
    asked: dict[str, Any] = {"before": visit.number("before"), "limit": _MESSAGES}
    if visit.asked("after"):
        asked = {"after": visit.number("after"), "limit": _CATCH_UP}
    page = await visit.ask("/v1/buyer/chat/messages", chat_id=visit.part("chat_id"), **asked)
    return visit.show(
        "storefront/chat_bubbles.html",
        page=page,
        looks=await _looks(visit, page.messages),
        presents=await _presents(visit, page.messages),
        chat_id=visit.part("chat_id"),
        first_new=0,
        prev=visit.number("prev"),
        is_older="before" in asked and bool(asked["before"]),
    )


@PAGES.post("/chats/{chat_id:int}/send")
async def send(visit: Visit) -> Response:
    """Say something: words, a card, or pictures."""
    chat_id = visit.part("chat_id")
    pictures, text = visit.files.get("picture", []), visit.fields.get("text", "")
    try:
        for number, picture in enumerate(pictures):
            key = f"{visit.form_key}-{number}" if visit.form_key else ""
            path = "/v1/buyer/chat/picture/send"
            await visit.ask(path, key, chat_id=chat_id, media=picture)
        if text.strip() or not pictures:
            await visit.ask(
                "/v1/buyer/chat/send", visit.form_key, chat_id=chat_id, body=_said(visit)
            )
    except Refusal as refusal:
        if _is_script(visit):
            said = sentence(refusal, english=visit.session.lang == "en")
            return Response(said, int(refusal.kind), media_type="text/plain")
        visit.fields.pop("form_key", None)
        return await _show_chat(visit, refusal)
    if _is_script(visit):
        return Response(status_code=204)
    return visit.go(own_place(visit.fields.get("next", ""), f"/chats/{chat_id}#end"))


def _said(visit: Visit) -> dict[str, Any]:
    """What the form says: a card where one was chosen, words elsewhere."""
    fields = visit.fields
    if fields.get("card"):
        return {"kind": "card", "text": fields["card"]}
    if fields.get("product_id"):
        ids = {name: fields.get(name, "0") for name in ("shop_id", "product_id")}
        return {"kind": "product", **ids}
    if fields.get("shop_id"):
        return {"kind": "shop", "shop_id": fields["shop_id"]}
    if fields.get("content_id"):
        return {"kind": "content", "content_id": fields["content_id"]}
    text = fields.get("text", "").replace("\r\n", "\n")
    return {"kind": "text", "text": text or " ", "may_turn": fields.get("plain") != "1"}


def _is_script(visit: Visit) -> bool:
    return visit.request.headers.get("x-chat") == "1"


@PAGES.post("/chats/{chat_id:int}/read")
async def read(visit: Visit) -> Response:
    """Say that one saw what came while the page was open."""
    seq = visit.whole("seq")
    await visit.ask("/v1/buyer/chat/read", chat_id=visit.part("chat_id"), seq=seq)
    return Response(status_code=204)


@PAGES.post("/chats/{chat_id:int}/act")
async def act(visit: Visit) -> Response:
    """Recall one of one's own messages, or delete one for oneself."""
    chat_id = visit.part("chat_id")
    for name in ("recall", "forget"):
        if seq := visit.whole(name):
            await visit.ask(f"/v1/buyer/chat/{name}", chat_id=chat_id, seq=seq)
    if _is_script(visit):
        return Response(status_code=204)
    return visit.go(f"/chats/{chat_id}#end")


@PAGES.get("/chats/preview")
async def preview(visit: Visit) -> Response:
    """The card that a pasted text would become; nothing where it is only text."""
    found = await visit.ask("/v1/buyer/chat/preview", text=visit.asked("text")[:2_000])
    if not found.kind:
        return Response(status_code=204)
    return visit.show("storefront/chat_preview.html", preview=found)


# --- showing something from elsewhere -----------------------------------------------------------


@PAGES.get("/chats/share")
async def share(visit: Visit) -> Response:
    """Choose in which chat to show what a link leads to (`text`: the link)."""
    text = visit.asked("text")[:2_000]
    found = await visit.ask("/v1/buyer/chat/preview", text=text)
    page = await visit.ask("/v1/buyer/chat/list", limit=_CHATS)
    return visit.show("storefront/chat_share.html", preview=found, page=page, text=text)


# --- how one has a chat ------------------------------------------------------------------------


@PAGES.get("/chats/{chat_id:int}/info")
async def info(visit: Visit) -> Response:
    """Who is in a chat, and what one may change."""
    chat_id = visit.part("chat_id")
    view = await visit.ask("/v1/buyer/chat/get", chat_id=chat_id)
    waiting: list[Any] = []
    link = None
    if view.kind == "group" and not view.is_dissolved:
        link = await visit.ask("/v1/buyer/group/link", chat_id=chat_id)
    if view.waiting:
        waiting = (await visit.ask("/v1/buyer/group/request/list", chat_id=chat_id)).requests
    return visit.show("storefront/chat_info.html", chat=view, waiting=waiting, link=link)


# What a button of the info page asks, and which of its fields go with it.
_GROUP_ACTS: Final = {
    "remove": ("group/remove", ("chat_id", "buyer_id")),
    "transfer": ("group/transfer", ("chat_id", "buyer_id")),
    "accept": ("group/request/accept", ("chat_id", "buyer_id")),
    "decline": ("group/request/decline", ("chat_id", "buyer_id")),
    "reset": ("group/link/reset", ("chat_id",)),
    "clear": ("chat/clear", ("chat_id",)),
    "leave": ("group/leave", ("chat_id",)),
    "dissolve": ("group/dissolve", ("chat_id",)),
}
_SETTINGS: Final = ("is_muted", "is_pinned", "is_hidden")


@PAGES.post("/chats/{chat_id:int}/info")
async def change(visit: Visit) -> Response:
    """Change what the pressed button says."""
    chat_id, fields = visit.part("chat_id"), visit.fields
    do, _, about = fields.get("do", "").partition(":")
    if do in _GROUP_ACTS:
        path, names = _GROUP_ACTS[do]
        known: dict[str, Any] = {"chat_id": chat_id, "buyer_id": about}
        await visit.ask(f"/v1/buyer/{path}", **{name: known[name] for name in names})
    elif do in _SETTINGS:
        setting: dict[str, Any] = {do: about == "1"}
        await visit.ask("/v1/buyer/chat/settings", chat_id=chat_id, **setting)
    elif do == "approval":
        await visit.ask("/v1/buyer/group/update", chat_id=chat_id, needs_approval=about == "1")
    elif do == "rename":
        name = fields.get("name", "").strip()
        await visit.ask("/v1/buyer/group/update", chat_id=chat_id, name=name)
    elif do == "announce":
        notice = fields.get("notice", "").replace("\r\n", "\n")
        await visit.ask("/v1/buyer/group/update", chat_id=chat_id, notice=notice)
    return visit.go("/chats" if do in {"leave", "is_hidden"} else f"/chats/{chat_id}/info")


# --- groups ------------------------------------------------------------------------------------


@PAGES.get("/chats/new")
async def new_group(visit: Visit) -> Response:
    """Choose friends for a group, or for one that there is (`chat`)."""
    return await _choose(visit)


async def _choose(visit: Visit, refusal: Refusal | None = None) -> Response:
    chat = None
    chat_id = visit.number("chat") or visit.whole("chat_id")
    if chat_id:
        chat = await visit.ask("/v1/buyer/chat/get", chat_id=chat_id)
    return visit.show(
        "storefront/chat_group.html",
        int(refusal.kind) if refusal else 200,
        contacts=await contacts_of(visit),
        present={one.buyer_id for one in chat.members} if chat else set(),
        chosen=set(visit.lists.get("buyer_id", [])) | {visit.asked("with")},
        chat=chat,
        refusal=refusal,
        name=visit.fields.get("name", ""),
    )


@PAGES.post("/chats/new")
async def add_group(visit: Visit) -> Response:
    """Open the group, or bring the chosen ones into one."""
    ids, chat_id = visit.lists.get("buyer_id", []), visit.whole("chat_id")
    try:
        if chat_id:
            entered = await visit.ask(
                "/v1/buyer/group/invite", visit.form_key, chat_id=chat_id, buyer_ids=ids
            )
            return visit.go(f"/chats/{entered.chat_id}")
        name = visit.fields.get("name", "").strip()
        added = await visit.ask("/v1/buyer/group/add", visit.form_key, name=name, buyer_ids=ids)
    except Refusal as refusal:
        visit.fields.pop("form_key", None)
        return await _choose(visit, refusal)
    return visit.go(f"/chats/{added.chat_id}")


@PAGES.get("/chats/join/{token}")
async def glance(visit: Visit) -> Response:
    """A group as its link shows it."""
    token = visit.request.path_params["token"]
    group = await visit.ask("/v1/buyer/group/peek", token=token)
    return visit.show("storefront/chat_join.html", group=group, is_waiting=visit.asked("waiting"))


@PAGES.post("/chats/join/{token}")
async def join(visit: Visit) -> Response:
    """Come into the group, or ask to."""
    token, greeting = visit.request.path_params["token"], visit.fields.get("greeting", "")
    entered = await visit.ask(
        "/v1/buyer/group/join", visit.form_key, token=token, greeting=greeting
    )
    if entered.is_waiting:
        return visit.go(f"/chats/join/{token}?waiting=1")
    return visit.go(f"/chats/{entered.chat_id}")


# --- people ------------------------------------------------------------------------------------


async def contacts_of(visit: Visit) -> list[Any]:
    """All of one's contacts that a page shows, by name."""
    found: list[Any] = []
    next_key = ""
    while len(found) < _CONTACTS_MAX:
        page = await visit.ask("/v1/buyer/contact/list", limit=_CONTACTS, next_key=next_key)
        found += page.contacts
        next_key = page.next_key
        if not next_key:
            break
    return sorted(found, key=lambda one: one.name)


@PAGES.get("/chats/contacts")
async def contacts(visit: Visit) -> Response:
    """Whom one knows."""
    waiting = await visit.ask("/v1/buyer/chat/unread")
    people = await contacts_of(visit)
    return visit.show("storefront/chat_contacts.html", contacts=people, waiting=waiting)


@PAGES.get("/chats/blocked")
async def blocked(visit: Visit) -> Response:
    """Whom one blocks."""
    people = (await visit.ask("/v1/buyer/contact/block/list", limit=_CONTACTS)).people
    return visit.show("storefront/chat_blocked.html", people=people)


@PAGES.get("/chats/requests")
async def requests(visit: Visit) -> Response:
    """Who wants to be friends, and whom one asked."""
    found = (await visit.ask("/v1/buyer/contact/request/list")).requests
    return visit.show("storefront/chat_requests.html", requests=found)


@PAGES.post("/chats/requests")
async def answer(visit: Visit) -> Response:
    """Accept, decline or withdraw."""
    do, _, buyer_id = visit.fields.get("do", "").partition(":")
    if do not in {"accept", "decline", "withdraw"}:
        return visit.go("/chats/requests")
    answered = await visit.ask(f"/v1/buyer/contact/request/{do}", buyer_id=buyer_id)
    return visit.go(f"/chats/{answered.chat_id}" if do == "accept" else "/chats/requests")


@PAGES.get("/chats/add")
async def add(visit: Visit) -> Response:
    """Find people, and be found: one's own card."""
    nickname, found = visit.asked("nickname").strip(), []
    if nickname:
        found = (await visit.ask("/v1/buyer/contact/find", nickname=nickname[:64])).people
    own = await visit.ask("/v1/buyer/contact/card")
    return visit.show("storefront/chat_add.html", nickname=nickname, found=found, own=own)


@PAGES.get("/chats/add/{token}")
async def person(visit: Visit) -> Response:
    """A person's page."""
    return await _show_person(visit)


async def _show_person(visit: Visit, refusal: Refusal | None = None) -> Response:
    token = visit.request.path_params["token"]
    profile = await visit.ask("/v1/buyer/contact/get", token=token)
    code = int(refusal.kind) if refusal else 200
    return visit.show("storefront/chat_person.html", code, profile=profile, refusal=refusal)


@PAGES.post("/chats/add/{token}")
async def act_on_person(visit: Visit) -> Response:
    """Ask, name, remove, block: what the pressed button says."""
    fields, token = visit.fields, visit.request.path_params["token"]
    place, do = f"/chats/add/{token}", fields.get("do", "")
    named = {"buyer_id": fields.get("buyer_id", "0")}
    try:
        match do:
            case "ask":
                greeting = fields.get("greeting", "")
                await visit.ask("/v1/buyer/contact/request", token=token, greeting=greeting)
            case "talk":
                opened = await visit.ask("/v1/buyer/chat/open", **named)
                return visit.go(f"/chats/{opened.chat_id}")
            case "remark":
                remark = fields.get("remark", "")
                await visit.ask("/v1/buyer/contact/remark", **named, remark=remark)
            case "remove" | "block" | "unblock":
                await visit.ask(f"/v1/buyer/contact/{do}", **named)
    except Refusal as refusal:
        return await _show_person(visit, refusal)
    return visit.go(place)


@PAGES.get("/chats/report")
async def report(visit: Visit) -> Response:
    """Tell the platform of somebody (`token`), or of a message (`chat`, `seq`)."""
    profile = await visit.ask("/v1/buyer/contact/get", token=visit.asked("token"))
    asked = query({"token": visit.asked("token"), "chat": visit.asked("chat")})
    return visit.show(
        "storefront/chat_report.html", person=profile.person, here=asked, sent=visit.asked("sent")
    )


@PAGES.post("/chats/report")
async def send_report(visit: Visit) -> Response:
    """Send the report."""
    fields = visit.fields
    await visit.ask(
        "/v1/buyer/contact/report",
        visit.form_key,
        buyer_id=fields.get("buyer_id", "0"),
        reason=fields.get("reason", ""),
        chat_id=visit.whole("chat_id"),
        seq=visit.whole("seq"),
        words=fields.get("words", ""),
    )
    return visit.go(f"/chats/report?{query({'token': fields.get('token', ''), 'sent': 1})}")
