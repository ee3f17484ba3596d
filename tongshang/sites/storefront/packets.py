"""Red packets: put into a chat, opened from it, and who got how much."""

import re
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="buyer")

_KINDS: Final = {"one": 1, "equal": 2, "luck": 3}
_YUAN: Final = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,2}))?")


@PAGES.get("/packets")
async def own(visit: Visit) -> Response:
    """What one got out of red packets and put into them, with the sums of all."""
    side = "sent" if visit.asked("show") == "sent" else "received"
    page = await visit.ask(f"/v1/buyer/packets/{side}/list", next_key=visit.asked("after"))
    return visit.show("storefront/packets.html", page=page, side=side)


@PAGES.get("/packets/new")
async def new(visit: Visit) -> Response:
    """What goes into the packet, for the chat that `chat` names."""
    return await _show_form(visit, visit.number("chat"))


async def _show_form(visit: Visit, chat_id: int, refusal: Refusal | None = None) -> Response:
    chat = await visit.ask("/v1/buyer/chat/get", chat_id=chat_id)
    code = int(refusal.kind) if refusal else 200
    return visit.show(
        "storefront/packet_new.html", code, chat=chat, refusal=refusal, entered=visit.fields
    )


@PAGES.post("/packets/new")
async def make(visit: Visit) -> Response:
    """Make the packet and go to the cashier; the form's key makes a double submit one packet."""
    fields, chat_id = visit.fields, visit.whole("chat_id")
    draft: dict[str, Any] = {
        "chat_id": chat_id,
        "kind": _KINDS.get(fields.get("kind", ""), 1),
        "portions": visit.whole("portions", 1),
        "amount_fen": _fen(fields.get("yuan", "")),
        "greeting": fields.get("greeting", "").strip(),
    }
    try:
        made = await visit.ask("/v1/buyer/packets/make", visit.form_key, **draft)
        charge = await visit.ask("/v1/buyer/packets/pay", packet_id=made.packet_id)
    except Refusal as refusal:
        visit.fields.pop("form_key", None)
        return await _show_form(visit, chat_id, refusal)
    return visit.go(charge.cashier)


def _fen(text: str) -> int:
    """Yuan as a form's field gives them, in fen; 0 where it is no amount."""
    found = _YUAN.fullmatch(text.strip())
    if found is None:
        return 0
    yuan, fen = found.group(1), (found.group(2) or "").ljust(2, "0")
    return int(yuan) * 100 + int(fen)


@PAGES.get("/packets/{packet_id:int}")
async def packet(visit: Visit) -> Response:
    """A packet to open, or who got how much of it."""
    return await _show(visit)


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    view = await visit.ask("/v1/buyer/packets/get", packet_id=visit.part("packet_id"))
    code = int(refusal.kind) if refusal else 200
    return visit.show("storefront/packet.html", code, view=view, refusal=refusal)


@PAGES.post("/packets/{packet_id:int}")
async def act(visit: Visit) -> Response:
    """Open it, or go and pay for it."""
    packet_id = visit.part("packet_id")
    try:
        if visit.fields.get("do") == "pay":
            charge = await visit.ask("/v1/buyer/packets/pay", packet_id=packet_id)
            return visit.go(charge.cashier)
        await visit.ask("/v1/buyer/packets/open", packet_id=packet_id)
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"/packets/{packet_id}")
