"""Gifts from the side of who gives: choosing, paying, and what became of them."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.shown import query
from tongshang.sites.storefront.chats import contacts_of
from tongshang.sites.storefront.products import chosen_sku
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="buyer")

_CHINA: Final = timezone(timedelta(hours=8))
_GIFT_NOT_FOUND: Final = 9020001
_CHATS: Final = 50
_PICKS: Final = 20
_PAGE: Final = 20
_CHAT, _PRODUCT_PAGE, _GIFT_CARD = 8, 11, 12  # surfaces on which gifts begin
_SURFACES_MAX: Final = 19

# How one gives, as the form says it: the kind of present, and whether several get a portion.
_WAYS: Final = {"friend": 1, "link": 1, "share": 2, "draw": 3}
_AUDIENCES: Final = {"anybody": 0, "friends": 1}


@dataclass(frozen=True, slots=True)
class Entered:
    """What the form says, at first and again where it was refused."""

    way: str
    sku_id: str
    to: str
    who: str
    fields: Mapping[str, str]

    def __getattr__(self, name: str) -> str:
        return self.fields.get(name, "")


# --- choosing ----------------------------------------------------------------------------------


@PAGES.get("/gifts/new")
async def new(visit: Visit) -> Response:
    """What to give, or, once that is chosen, to whom and how."""
    product_id = visit.number("product")
    if not product_id:
        return await _choose_goods(visit)
    return await _show_form(visit, product_id)


async def _choose_goods(visit: Visit) -> Response:
    words = visit.asked("q").strip()[:60]
    if words:
        page = await visit.ask("/v1/buyer/search", q=words, tab="gift", limit=_PICKS)
        shown = [hit.card for hit in page.products]
    else:
        saved = (await visit.ask("/v1/buyer/saved/list", limit=_PICKS)).items
        looked = (await visit.ask("/v1/buyer/history/list", limit=_PICKS)).items
        fed = (await visit.ask("/v1/buyer/feed/list", limit=_PICKS)).items
        shown = [
            card
            for item in (*saved, *looked, *fed)
            for card in ([item.card, *item.cards] if item.card else item.cards)
        ]
    goods = {one.product_id: one for one in reversed(shown) if _may_be_given(one)}
    wished, friend = [], visit.number("to")
    if friend:
        wished = (await visit.ask("/v1/buyer/gifts/wish/list", buyer_id=friend)).wishes
    asked = {name: visit.asked(name) for name in ("chat", "to", "parent")}
    return visit.show(
        "storefront/gift_goods.html",
        words=words,
        goods=list(reversed(goods.values())),
        wished=wished,
        asked=asked,
    )


def _may_be_given(card: Any) -> bool:
    return bool(card.is_available) and card.product_id != "0"


async def _show_form(visit: Visit, product_id: int, refusal: Refusal | None = None) -> Response:
    product = await visit.ask("/v1/buyer/product/get", product_id=product_id)
    contacts = await contacts_of(visit)
    listed = (await visit.ask("/v1/buyer/chat/list", limit=_CHATS)).chats
    groups = [one for one in listed if one.kind == "group"]
    entered = await _entered(visit, groups)
    return visit.show(
        "storefront/gift_new.html",
        int(refusal.kind) if refusal else 200,
        product=product,
        chosen=chosen_sku(product, entered.sku_id),
        contacts=contacts,
        groups=groups,
        rules=await visit.ask("/v1/buyer/gifts/rules"),
        entered=entered,
        refusal=refusal,
        asked={
            name: visit.fields.get(name) or visit.asked(name)
            for name in ("product", "card", "parent", "surface", "campaign", "chat")
        },
    )


async def _entered(visit: Visit, groups: list[Any]) -> Entered:
    """What was entered before; at first, what the place one came from says."""
    fields = visit.fields
    if fields:
        way = fields.get("way", "friend")
        return Entered(
            way if way in _WAYS else "friend",
            fields.get("sku_id", ""),
            fields.get("to", ""),
            fields.get("who", ""),
            fields,
        )
    chat_id, to = visit.asked("chat"), visit.asked("to")
    if any(one.chat_id == chat_id for one in groups):
        return Entered("share", visit.asked("sku"), "", f"chat:{chat_id}", {"portions": "3"})
    if chat_id:
        chat = await visit.ask("/v1/buyer/chat/get", chat_id=visit.number("chat"))
        mine = str(visit.session.owner_id)
        to = next((one.buyer_id for one in chat.members if one.buyer_id != mine), "")
    return Entered("friend", visit.asked("sku"), to, "anybody", {"portions": "3"})


@PAGES.post("/gifts/new")
async def make(visit: Visit) -> Response:
    """Make the gift and go to the cashier; the form's key makes a double submit one gift."""
    try:
        draft = _draft(visit)
        made = await visit.ask("/v1/buyer/gifts/make", visit.form_key, **draft)
        charge = await visit.ask("/v1/buyer/gifts/pay", present_id=made.present_id)
    except Refusal as refusal:
        visit.fields.pop("form_key", None)
        return await _show_form(visit, visit.whole("product"), refusal)
    return visit.go(charge.cashier)


def _draft(visit: Visit) -> dict[str, Any]:
    fields = visit.fields
    way = fields.get("way", "")
    draft: dict[str, Any] = {
        "shop_id": fields.get("shop_id", "0"),
        "sku_id": fields.get("sku_id", "0"),
        "kind": _WAYS.get(way, 1),
        "message": fields.get("message", "").replace("\r\n", "\n"),
        "card": fields.get("card", ""),
        "hides_price": fields.get("hides_price") == "1",
        "is_on_wall": fields.get("is_on_wall") == "1",
        "campaign": fields.get("campaign", ""),
        "parent_id": fields.get("parent", ""),
        "surface": _surface(visit),
    }
    if way == "friend":
        draft["to_buyer_id"] = fields.get("to", "")
    if way in {"share", "draw"}:
        draft["portions"] = visit.whole("portions", 1)
        who, _, chat_id = fields.get("who", "").partition(":")
        draft["audience"] = 2 if chat_id else _AUDIENCES.get(who, 0)
        draft["chat_id"] = chat_id
    sent = _moment(fields.get("send_at", "")) if fields.get("later") == "1" else None
    if sent:
        draft["send_at"] = sent.isoformat()
    if way == "draw":
        since = sent or visit.house.clock.now()
        minutes = min(visit.whole("draw_after", 60), 60 * 24)
        draft["draw_at"] = (since + timedelta(minutes=minutes)).isoformat()
    if fields.get("greeting", "").strip():
        draft["greeting"] = {
            "message": fields["greeting"].strip().replace("\r\n", "\n"),
            "giver_name": fields.get("giver_name", "").strip(),
            "receiver_name": fields.get("receiver_name", "").strip(),
        }
    return draft


def _surface(visit: Visit) -> int:
    if visit.fields.get("surface", ""):  # 0: where the card says that it stood
        return min(visit.whole("surface"), _SURFACES_MAX)
    if visit.whole("parent"):
        return _GIFT_CARD
    return _CHAT if visit.fields.get("chat") else _PRODUCT_PAGE


def _moment(text: str) -> datetime | None:
    """A day and a time of day in China, as a form's field gives them."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=_CHINA)
    except ValueError:
        return None


@PAGES.get("/p/{product_id:int}/gift")
async def from_poster(visit: Visit) -> Response:
    """On from a poster for giving, or a card in a text, which says where it stood."""
    asked = {"product": visit.part("product_id"), "card": visit.asked("card"), "surface": "0"}
    return visit.go(f"/gifts/new?{query(asked)}")


@PAGES.get("/s/{shop_id:int}/gifts", role="")
async def zone(visit: Visit) -> Response:
    """What a shop sells, to be given."""
    shop_id = str(visit.part("shop_id"))
    home = await visit.ask("/v1/buyer/home/get", party_id=shop_id)
    goods = await visit.ask("/v1/buyer/home/goods", party_id=shop_id, next_key=visit.asked("after"))
    cards = [card for one in goods.items for card in ([one.card] if one.card else one.cards)]
    return visit.show(
        "storefront/gift_zone.html",
        shop=home.author,
        goods=[one for one in cards if _may_be_given(one)],
        next_key=goods.next_key,
    )


# --- what became of them ------------------------------------------------------------------------


@PAGES.get("/gifts")
async def gifts(visit: Visit) -> Response:
    """What one received and what one gave, and what one was told of it."""
    show = visit.asked("show")
    show = show if show in {"sent", "news"} else "received"
    path = {"sent": "sent/list", "news": "news/list"}.get(show, "received/list")
    page = await visit.ask(
        f"/v1/buyer/gifts/{path}", page_size=_PAGE, next_key=visit.asked("after")
    )
    return visit.show("storefront/gifts.html", show=show, page=page)


@PAGES.get("/gifts/{present_id:int}")
async def gift(visit: Visit) -> Response:
    """A gift that one gave; who received it, or may, is led to its card."""
    present_id = str(visit.part("present_id"))
    try:
        view = await visit.ask("/v1/buyer/gifts/get", present_id=present_id)
    except Refusal as refusal:
        if refusal.code != _GIFT_NOT_FOUND:
            raise
        found = (await visit.ask("/v1/buyer/gifts/cards", present_ids=[present_id])).gifts
        if not found:
            raise
        return visit.go(f"/g/{found[0].token}")
    forms = None
    if view.state in {"open", "scheduled"}:
        forms = await visit.ask("/v1/buyer/gifts/links", present_id=present_id)
    return visit.show(
        "storefront/gift_sent.html",
        view=view,
        link=f"{visit.house.address}/g/{view.token}",
        forms=forms,
        lots=lots_of(view.draw, view.present_id),
        ordered=sum(one.state == "ordered" for one in view.portions),
        undecided=sum(one.state in {"open", "accepted"} for one in view.portions),
        done=visit.asked("done"),
    )


@PAGES.post("/gifts/{present_id:int}")
async def act(visit: Visit) -> Response:
    """What the pressed button says: pay, take back, give more time, remind, draw now."""
    present_id, do = str(visit.part("present_id")), visit.fields.get("do", "")
    if do == "pay":
        charge = await visit.ask("/v1/buyer/gifts/pay", present_id=present_id)
        return visit.go(charge.cashier)
    if do in {"cancel", "extend", "draw", "remind"}:
        await visit.ask(f"/v1/buyer/gifts/{do}", visit.form_key, present_id=present_id)
    return visit.go(f"/gifts/{present_id}?{query({'done': do})}")


@dataclass(frozen=True, slots=True)
class Lot:
    """What a participant's number drew, once the seed is known."""

    number: int
    nickname: str
    has_won: bool
    drawn: str


def lots_of(draw: Any, present_id: str) -> list[Lot]:
    """Who took part; once it was drawn, in the order of what they drew (docs/gifts.md)."""
    if draw is None:
        return []
    if not draw.seed:
        return [Lot(one.number, one.nickname, False, "") for one in draw.numbers]
    seed = bytes.fromhex(draw.seed)
    drawn = [
        Lot(one.number, one.nickname, one.has_won, _drawn(seed, present_id, one.number))
        for one in draw.numbers
    ]
    return sorted(drawn, key=lambda lot: lot.drawn)


def _drawn(seed: bytes, present_id: str, number: int) -> str:
    return hmac.new(seed, f"{present_id}:{number}".encode(), hashlib.sha256).hexdigest()
