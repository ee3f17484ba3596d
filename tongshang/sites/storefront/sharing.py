"""我的推广: what one shares for an agency, and earns; invitations to share, and to cooperate."""

from typing import Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.shown import query
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="buyer")
FILES: Final = Pages(cookieless=True)

_STATES: Final = (0, 20, 100, 200)


@PAGES.get("/sharing")
async def sharing(visit: Visit) -> Response:
    """What one may share, what it brings, and what it has brought."""
    status = await visit.ask("/v1/sharer/get")
    if not status.agency_id:
        return visit.show("storefront/sharing_start.html", status=status)
    money = await visit.ask("/v1/sharer/money/summary")
    word = visit.asked("q")[:40]
    goods = await visit.ask(
        "/v1/sharer/product/list", keyword=word, limit=20, next_key=visit.asked("after")
    )
    return visit.show("storefront/sharing.html", status=status, money=money, goods=goods, word=word)


@PAGES.post("/sharing/link")
async def make_link(visit: Visit) -> Response:
    """A product in all forms in which it travels, in one's own name."""
    product_id = visit.whole("product_id", 1)
    made = await visit.ask("/v1/sharer/link/make", product_id=str(product_id))
    return visit.show("storefront/sharing_link.html", made=made)


@PAGES.get("/sharing/earned")
async def earned(visit: Visit) -> Response:
    """What was bought by one's links, and when it is paid."""
    if not (await visit.ask("/v1/sharer/get")).state:
        return visit.go("/sharing")
    status = visit.number("status") if visit.number("status") in _STATES else 0
    page = await visit.ask("/v1/sharer/order/list", status=status, next_key=visit.asked("after"))
    money = await visit.ask("/v1/sharer/money/summary")
    return visit.show("storefront/sharing_earned.html", page=page, money=money, status=status)


# --- becoming a sharer -------------------------------------------------------------------------


@PAGES.get("/sharing/join")
async def join(visit: Visit) -> Response:
    """An agency's invitation, as `wx.openBusinessView` opens it, step by step."""
    if not visit.asked("query"):
        return visit.go("/sharing")
    return await _show_join(visit, visit.asked("query"))


async def _show_join(visit: Visit, text: str, refusal: Refusal | None = None) -> Response:
    invited = await visit.ask("/v1/sharer/invitation", query=text)
    status = await visit.ask("/v1/sharer/get")
    code = int(refusal.kind) if refusal else 200
    return visit.show(
        "storefront/sharing_join.html", code, invited=invited, status=status, text=text,
        refusal=refusal,
    )  # fmt: skip


@PAGES.post("/sharing/join")
async def go_on(visit: Visit) -> Response:
    """The next step: register, be verified, be bound."""
    text, step = visit.fields.get("query", ""), visit.fields.get("step", "")
    try:
        if step == "verify":
            await visit.ask("/v1/sharer/verify", visit.form_key)
        elif step == "bind":
            await visit.ask("/v1/sharer/bind", visit.form_key, query=text)
            return visit.go("/sharing")
        else:
            await visit.ask("/v1/sharer/register", visit.form_key, query=text)
    except Refusal as refusal:
        return await _show_join(visit, text, refusal)
    return visit.go(f"/sharing/join?{query({'query': text})}")


@PAGES.post("/sharing/leave")
async def leave(visit: Visit) -> Response:
    """Share for the agency no longer."""
    await visit.ask("/v1/sharer/leave", visit.form_key)
    return visit.go("/sharing")


# --- invitations of shops ----------------------------------------------------------------------


@PAGES.get("/sharing/shop")
async def shop_ticket(visit: Visit) -> Response:
    """A shop asks one to share what it sells."""
    ticket = visit.asked("ticket")
    if not ticket:
        return visit.go("/sharing")
    asked = await visit.ask("/v1/sharer/shop/get", ticket=ticket)
    return visit.show("storefront/sharing_asked.html", asked=asked, ticket=ticket, kind="staff")


@PAGES.post("/sharing/shop")
async def answer_shop(visit: Visit) -> Response:
    """Yes or no."""
    ticket = visit.fields.get("ticket", "")
    accepts = visit.fields.get("accepts") == "1"
    await visit.ask("/v1/sharer/shop/answer", visit.form_key, ticket=ticket, accepts=accepts)
    return visit.go(f"/sharing/shop?{query({'ticket': ticket})}")


@PAGES.get("/cooperation")
async def account_ticket(visit: Visit) -> Response:
    """A shop asks an account to cooperate; whoever holds the code answers for it."""
    ticket = visit.asked("ticket")
    if not ticket:
        return visit.go("/me")
    asked = await visit.ask("/v1/buyer/cooperation/get", ticket=ticket)
    return visit.show("storefront/sharing_asked.html", asked=asked, ticket=ticket, kind="account")


@PAGES.post("/cooperation")
async def answer_account(visit: Visit) -> Response:
    """Yes or no."""
    ticket = visit.fields.get("ticket", "")
    accepts = visit.fields.get("accepts") == "1"
    path = "/v1/buyer/cooperation/answer"
    await visit.ask(path, visit.form_key, ticket=ticket, accepts=accepts)
    return visit.go(f"/cooperation?{query({'ticket': ticket})}")


@FILES.get("/files/{token}")
async def account_file(visit: Visit) -> Response:
    """What a buyer made for an order, while its address holds."""
    read = await visit.ask("/v1/buyer/file/get", token=visit.request.path_params["token"])
    headers = {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}
    return Response(read.content, media_type=read.media_type, headers=headers)
