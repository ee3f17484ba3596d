"""Facts of the rooms below, written to shops' journals after the commit."""

from collections.abc import Sequence
from typing import Any, Final

from tongshang.modules.identity import api as identity
from tongshang.modules.ordering import api as ordering
from tongshang.modules.push import actions, wire
from tongshang.modules.push.domain import PushDraft
from tongshang.modules.push.jobs.facts import SAYS, whose
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import listener


async def hear(call: Call, heard: Sequence[Any]) -> None:
    """Write each fact to its shop's journal as the events it means, once."""
    told = [(whose(fact), message) for fact in heard for message in SAYS[type(fact)](fact)]
    shops = await identity.find_parties(call.tx, sorted({shop_id for shop_id, _ in told}))
    unsaid = {(shop_id, m.order_id) for shop_id, m in told if m.order_id and not m.buyer_id}
    buyer_of = await ordering.buyers_of(call.tx, sorted(unsaid)) if unsaid else {}
    buyer_ids = {m.buyer_id for _, m in told if m.buyer_id} | set(buyer_of.values())
    buyers = await identity.find_buyers(call.tx, sorted(buyer_ids)) if buyer_ids else {}
    drafts: list[PushDraft] = []
    for shop_id, message in told:
        buyer = buyers.get(message.buyer_id or buyer_of.get(message.order_id, 0))
        at, openid = message.at or call.at, buyer.openid if buyer else ""
        named: dict[str, object] = {message.member: message.fields}
        member = named if message.member else message.fields
        sender = None if message.is_from_nobody else openid
        body = wire.body(message.event, shops[shop_id].username, sender, at, member)
        drafts.append(PushDraft(shop_id, message.event, body, at))
    await actions.journal(call, drafts)


FACTS: Final = tuple(SAYS)
HEAR: Final = listener("push.hear", FACTS, hear)
