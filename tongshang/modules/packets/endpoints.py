"""Red packets as people ask for them."""

from typing import Final

from tongshang.kernel.page import after_number, cursor
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Buyer
from tongshang.modules.packets import actions, domain, refusals, store, wire
from tongshang.modules.packets.domain import Packet, Part
from tongshang.modules.packets.machine import PacketState
from tongshang.modules.social.api import ChatNotFound
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints
from tongshang.runtime.wire import ID_MAX, number

ENDPOINTS: Final = Endpoints("packets")


@ENDPOINTS(
    "POST",
    "/v1/buyer/packets/make",
    needs=Scope.BUYER,
    refuses=(
        refusals.FormWrong,
        refusals.AmountWrong,
        refusals.GreetingForbidden,
        refusals.ReceiverNotFriend,
        ChatNotFound,
    ),
)
async def make_packet(call: Call, req: wire.PacketDraft) -> wire.PacketMade:
    """Make a red packet for a chat of yours or a friend; it waits a quarter of an hour to be paid."""
    packet = await actions.make(call, req.draft(call.buyer_id))
    return wire.PacketMade(str(packet.packet_id))


@ENDPOINTS(
    "POST",
    "/v1/buyer/packets/pay",
    needs=Scope.BUYER,
    refuses=(refusals.PacketNotFound, refusals.NotUnpaid),
)
async def pay_packet(call: Call, req: wire.PacketPay) -> wire.PacketCharge:
    """Begin to pay your red packet; the answer says where the cashier is."""
    packet = await actions.visible(call, number(req.packet_id))
    if packet.sender_id != call.buyer_id:
        raise refusals.PacketNotFound
    charge = await actions.ask_payment(call, packet.key, confirm=req.confirm)
    place = f"/cashier/{charge.prepay_id}"
    return wire.PacketCharge(str(charge.payment_id), charge.prepay_id, place)


@ENDPOINTS(
    "POST",
    "/v1/buyer/packets/open",
    needs=Scope.BUYER,
    refuses=(
        refusals.PacketNotFound,
        refusals.OwnPacket,
        refusals.AllTaken,
        refusals.PacketOver,
    ),
)
async def open_packet(call: Call, req: wire.PacketRef) -> wire.PacketView:
    """Open a red packet: its next portion is paid to your wallet; opened before, it is told again."""
    return await _view(call, await actions.open_packet(call, req.id))


@ENDPOINTS(
    "GET",
    "/v1/buyer/packets/get",
    needs=Scope.BUYER,
    refuses=(refusals.PacketNotFound,),
    reads=True,
)
async def get_packet(call: Call, req: wire.PacketRef) -> wire.PacketView:
    """A red packet of yours or of a chat of yours: who took how much."""
    return await _view(call, await actions.visible(call, req.id))


@ENDPOINTS("POST", "/v1/buyer/packets/look", needs=Scope.BUYER, reads=True)
async def look_at_packets(call: Call, req: wire.LookQuery) -> wire.LookList:
    """How red packets look to you now, for all of a page at once."""
    ids = [number(one) for one in req.packet_ids]
    found = {one.packet_id: (one, fen) for one, fen in await actions.look_at(call, ids)}
    looks = []
    for packet_id in ids:
        if packet_id in found:
            packet, mine_fen = found[packet_id]
            look = domain.look_of(packet, call.buyer_id, mine_fen, call.at)
            looks.append(wire.LookView(str(packet_id), look.value, mine_fen))
    return wire.LookList(looks)


@ENDPOINTS(
    "GET", "/v1/buyer/packets/sent/list", needs=Scope.BUYER, refuses=(CursorMismatch,), reads=True
)
async def list_sent(call: Call, req: wire.PacketQuery) -> wire.SentPage:
    """Red packets that you paid, the newest first."""
    question = ["packets.sent", call.buyer_id]
    before = after_number(question, req.next_key, ID_MAX)
    found = await store.list_sent(call.tx, call.buyer_id, before, req.page_size + 1)
    page, more = found[: req.page_size], len(found) > req.page_size
    next_key = cursor(question, (page[-1].packet_id,)) if more else ""
    sums = await store.sum_sent(call.tx, call.buyer_id)
    return wire.SentPage([wire.SentView.of(one, call.at) for one in page], *sums, next_key)


@ENDPOINTS(
    "GET",
    "/v1/buyer/packets/received/list",
    needs=Scope.BUYER,
    refuses=(CursorMismatch,),
    reads=True,
)
async def list_received(call: Call, req: wire.PacketQuery) -> wire.ReceivedPage:
    """Red packets that you opened, those made last first."""
    question = ["packets.received", call.buyer_id]
    before = after_number(question, req.next_key, ID_MAX)
    found = await store.list_received(call.tx, call.buyer_id, before, req.page_size + 1)
    page, more = found[: req.page_size], len(found) > req.page_size
    senders = await identity.find_buyers(call.tx, sorted({one.sender_id for one in page}))
    views = []
    for one in page:
        assert one.opened_at is not None
        sender = senders.get(one.sender_id)
        name, face = (sender.nickname, sender.avatar_url) if sender else ("", "")
        view = wire.ReceivedView(str(one.packet_id), name, face, one.amount_fen, one.opened_at)
        views.append(view)
    next_key = cursor(question, (page[-1].packet_id,)) if more else ""
    return wire.ReceivedPage(views, *await store.sum_received(call.tx, call.buyer_id), next_key)


async def _view(call: Call, packet: Packet) -> wire.PacketView:
    me = call.buyer_id
    parts = (await store.parts_of(call.tx, [packet.key]))[packet.key]
    taken = [part for part in parts if part.opener_id]
    mine = sum(part.amount_fen for part in taken if part.opener_id == me)
    ids = sorted({packet.sender_id, *(part.opener_id for part in taken)})
    people = await identity.find_buyers(call.tx, ids)
    best = domain.luckiest(packet, parts)
    openers = []
    for part in taken:
        opener = _opener(part, people.get(part.opener_id))
        opener.is_luckiest = part.opener_id == best
        openers.append(opener)
    sender = people.get(packet.sender_id)
    state = domain.state_at(packet, call.at)
    may = packet.kind is not domain.PacketKind.ONE or packet.sender_id != me
    return wire.PacketView(
        str(packet.packet_id), str(packet.sender_id), sender.nickname if sender else "",
        sender.avatar_url if sender else "", packet.sender_id == me, packet.kind, packet.greeting,
        str(packet.chat_id), str(packet.to_buyer_id),
        state.value, state is PacketState.OPEN and may and not mine, packet.portions, packet.taken, packet.amount_fen,
        sum(part.amount_fen for part in taken), mine, packet.made_at, packet.expires_at, openers,
    )  # fmt: skip


def _opener(part: Part, who: Buyer | None) -> wire.Opener:
    assert part.opened_at is not None
    name, face = (who.nickname, who.avatar_url) if who else ("", "")
    return wire.Opener(str(part.opener_id), name, face, part.amount_fen, part.opened_at)
