"""A gift in the forms in which it travels outside of chats."""

from tongshang.modules.gifting.store import presents
from tongshang.modules.gifting.wire.buyers import GiftLinks
from tongshang.modules.identity import api as identity
from tongshang.modules.links import api as links
from tongshang.modules.links.api import GiftRef
from tongshang.runtime.call import Call

PresentKey = tuple[int, int]  # shop_id, present_id


async def links_of(call: Call, key: PresentKey) -> GiftLinks:
    """The same ones each time; a code of a gift is too long to be found by trying."""
    ref = GiftRef(key[1], shop_id=key[0])
    present = (await presents.find_presents(call.tx, [key]))[key]
    giver = (await identity.find_buyers(call.tx, [present.giver_id])).get(present.giver_id)
    title = f"{giver.nickname if giver else ''} 送你一份礼物".strip()
    return GiftLinks(
        f"{call.house.address}{links.gift_place(call.house.secret, ref)}",
        await links.short_link(call, ref),
        await links.taglink(call, ref, title),
    )
