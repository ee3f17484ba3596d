"""Gifts from the side of who receives: the card that opens, thanks, walls and wishes."""

from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.shown import query
from tongshang.sites.storefront.chats import contacts_of
from tongshang.sites.storefront.gifts import lots_of
from tongshang.sites.visit import Pages, Visit, own_place

PAGES: Final = Pages(role="buyer")

_FIRST_COME: Final = 2  # of these its giver may have one too
_DONE: Final = frozenset({"claimed", "kept", "declined", "joined", "thanked", "asked", "donated"})


@PAGES.get("/g/{token}", role="")
async def card(visit: Visit) -> Response:
    """A gift's card; who has not signed in sees an envelope that is closed."""
    if visit.session.role != "buyer":
        return visit.show("storefront/gift_closed.html")
    return await _show(visit)


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    token = visit.request.path_params["token"]
    view = await visit.ask("/v1/buyer/gifts/open", token=token[:100])
    is_own = view.giver.buyer_id == str(visit.session.owner_id)
    if is_own and view.yours is None and view.kind != _FIRST_COME:
        return visit.go(f"/gifts/{view.present_id}")
    book = (await visit.ask("/v1/buyer/address/list")).addresses
    chosen = visit.fields.get("address_id") or visit.asked("address")
    done, stands = visit.asked("done"), _stands(view)
    contacts = await _others(visit, view) if view.may_pass_on else []
    if done == "joined" and stands != "waiting":  # it was drawn since
        done = ""
    return visit.show(
        "storefront/gift_card.html",
        int(refusal.kind) if refusal else 200,
        view=view,
        book=book,
        address=next((one for one in book if one.address_id == chosen), book[0] if book else None),
        wanted=visit.fields.get("sku_id") or visit.asked("sku") or _own_sku(view),
        contacts=contacts,
        lots=lots_of(view.draw, view.present_id),
        stands=stands,
        is_opened=bool(visit.asked("open") or chosen or refusal or visit.asked("done")),
        done=done if done in _DONE else "",
        is_own=is_own,
        refusal=refusal,
    )


async def _others(visit: Visit, view: Any) -> list[Any]:
    """To whom one may pass it on: one's contacts but who gave it."""
    return [one for one in await contacts_of(visit) if one.buyer_id != view.giver.buyer_id]


def _own_sku(view: Any) -> str:
    return str(view.yours.sku_id) if view.yours else str(view.sku_id)


def _stands(view: Any) -> str:
    """Which of the card's faces is shown."""
    if view.yours and view.yours.state in {"ordered", "declined", "donated"}:
        return str(view.yours.state)
    if view.may_claim:
        return "claim"
    if view.may_join:
        return "join"
    if view.why_not == "NotDrawn":
        return "waiting"
    if view.draw and view.draw.drawn_at and view.draw.your_number:
        return "lost"
    return {
        "GiftExpired": "expired",
        "AllTaken": "taken",
        "NotWon": "lost",
        "GiftDeclined": "declined",
        "GiftNotSent": "early",
        "OwnGift": "own",
    }.get(view.why_not, "foreign")


@PAGES.post("/g/{token}")
async def act(visit: Visit) -> Response:
    """Accept, keep for later, decline, take part, pass on: what the pressed button says."""
    token, fields = visit.request.path_params["token"][:100], visit.fields
    do, _, about = fields.get("do", "").partition(":")
    done = ""
    try:
        match do:
            case "claim" | "keep":
                address_id = fields.get("address_id", "") if do == "claim" else ""
                taken = await visit.ask(
                    "/v1/buyer/gifts/claim",
                    token=token,
                    address_id=address_id,
                    sku_id=fields.get("sku_id", "") if address_id else "",
                    is_on_wall=fields.get("is_on_wall") == "1",
                )
                done = "claimed" if taken.order_id else "kept"
            case "decline":
                await visit.ask("/v1/buyer/gifts/decline", visit.form_key, token=token)
                done = "declined"
            case "donate":
                await visit.ask("/v1/buyer/gifts/donate", visit.form_key, token=token)
                done = "donated"
            case "join":
                await visit.ask("/v1/buyer/gifts/join", token=token)
                done = "joined"
            case "swap":
                sku_id = fields.get("sku_id", "0")
                await visit.ask("/v1/buyer/order/sku/change", order_id=about, sku_id=sku_id)
                done = "asked"
            case "pass":
                to = fields.get("to", "0")
                await visit.ask("/v1/buyer/gifts/pass", visit.form_key, token=token, to_buyer_id=to)
                return visit.go("/gifts")
    except Refusal as refusal:
        visit.fields.pop("form_key", None)
        return await _show(visit, refusal)
    return visit.go(f"/g/{token}?{query({'done': done})}")


@PAGES.post("/g/{token}/thank")
async def thank(visit: Visit) -> Response:
    """Thank who gave it, with a picture where one was added; one tap is enough."""
    token, fields = visit.request.path_params["token"][:100], visit.fields
    view = await visit.ask("/v1/buyer/gifts/open", token=token)
    words = fields.get("quick") or fields.get("text", "")
    (picture, *_) = visit.files.get("picture", [b""])
    try:
        await visit.ask(
            "/v1/buyer/gifts/thank",
            visit.form_key,
            present_id=view.present_id,
            text=words.replace("\r\n", "\n").strip(),
            media=picture,
        )
    except Refusal as refusal:
        visit.fields.pop("form_key", None)
        return await _show(visit, refusal)
    return visit.go(f"/g/{token}?done=thanked")


@PAGES.post("/g/{token}/wall")
async def wall_choice(visit: Visit) -> Response:
    """Show it on one's wall, or not any more."""
    token = visit.request.path_params["token"][:100]
    view = await visit.ask("/v1/buyer/gifts/open", token=token)
    is_shown = visit.fields.get("on") == "1"
    await visit.ask("/v1/buyer/gifts/wall/show", present_id=view.present_id, is_shown=is_shown)
    return visit.go(f"/g/{token}")


# --- walls and wishes ---------------------------------------------------------------------------


@PAGES.get("/gifts/wall")
async def wall(visit: Visit) -> Response:
    """What one received and lets friends see; with `of`, a friend's."""
    shown = await visit.ask("/v1/buyer/gifts/wall", buyer_id=visit.number("of"))
    return visit.show("storefront/gift_wall.html", wall=shown, is_own=_is_own(visit, shown.owner))


@PAGES.get("/gifts/wishes")
async def wishes(visit: Visit) -> Response:
    """One's wish list; with `of`, a friend's, to give from."""
    listed = await visit.ask("/v1/buyer/gifts/wish/list", buyer_id=visit.number("of"))
    is_own = _is_own(visit, listed.owner)
    return visit.show("storefront/gift_wishes.html", listed=listed, is_own=is_own)


def _is_own(visit: Visit, owner: Any) -> bool:
    return bool(owner.buyer_id == str(visit.session.owner_id))


@PAGES.post("/gifts/wishes")
async def wish(visit: Visit) -> Response:
    """Wish for a product, or take a wish back."""
    fields = visit.fields
    product_id = fields.get("product_id", "0")
    if fields.get("do") == "remove":
        await visit.ask("/v1/buyer/gifts/wish/remove", product_id=product_id)
    else:
        await visit.ask(
            "/v1/buyer/gifts/wish/add",
            shop_id=fields.get("shop_id", "0"),
            product_id=product_id,
            sku_id=fields.get("sku_id", ""),
            note=fields.get("note", "").strip(),
        )
    return visit.go(own_place(fields.get("next", ""), "/gifts/wishes"))
