"""Invitations to a shop's people, and the lines that came by them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from tongshang.modules.identity.api import Buyer
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.events import OrderPaid
from tongshang.modules.partners.domain.staff import Brought, SharerType, Staff
from tongshang.modules.partners.refusals import TicketVoid
from tongshang.modules.partners.store import staff as store
from tongshang.runtime import crypto
from tongshang.runtime.call import Call
from tongshang.runtime.wire import seconds

INVITED_FOR: Final = timedelta(days=7)
_PURPOSE: Final = "shop sharer"


class Ticket(msgspec.Struct, array_like=True, frozen=True):
    """What an invitation's text says."""

    shop_id: int
    buyer_id: int
    until: int


def ticket_of(call: Call, buyer_id: int) -> str:
    """The text by which a person answers the calling shop."""
    until = int((call.at + INVITED_FOR).timestamp())
    body = msgspec.msgpack.encode(Ticket(call.shop_id, buyer_id, until))
    return crypto.sign(call.house.secret, _PURPOSE, body)


def read_ticket(call: Call, text: str) -> int:
    """Which shop invites the caller; refuses what is not his, not ours, or too old."""
    body = crypto.unsign(call.house.secret, _PURPOSE, text)
    if body is None:
        raise TicketVoid
    ticket = msgspec.msgpack.decode(body, type=Ticket)
    if ticket.buyer_id != call.buyer_id or ticket.until <= int(call.at.timestamp()):
        raise TicketVoid
    return ticket.shop_id


def told(staff: Staff, person: Buyer) -> tuple[str, str, str, int, int]:
    """One of the shop's people, as the wire tells of him. An openid here is the union id too."""
    told = person.openid, person.openid, person.nickname, int(SharerType.OF_SHOP)
    return *told, seconds(staff.bound_at)


async def note_orders(call: Call, facts: Sequence[OrderPaid]) -> None:
    """Keep which lines of paid orders came by a shop's people."""
    sharing = await store.shops_sharing(call.tx, sorted({fact.shop_id for fact in facts}))
    keys = sorted({(one.shop_id, one.order_id) for one in facts if one.shop_id in sharing})
    if not keys:
        return
    orders = await ordering.find_orders(call.tx, keys)
    shared = [(order, line) for order in orders.values() for line in order.lines if line.share_id]
    if not shared:
        return
    shares = sorted({(order.shop_id, line.share_id) for order, line in shared})
    people = await store.who_shared(call.tx, shares)
    brought = [
        Brought(
            order.shop_id,
            order.order_id,
            line.line,
            people[order.shop_id, line.share_id],
            line.product_id,
            line.sku_id,
            line.surface,
            line.content_id,
            line.promoter_id,
            order.paid_at or call.at,
        )
        for order, line in shared
        if (order.shop_id, line.share_id) in people
    ]
    if brought:
        await store.add_orders(call.tx, brought)
