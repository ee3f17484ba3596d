"""Steps that endpoints and higher rooms share."""

from collections.abc import Sequence
from typing import Final

from tongshang.modules.catalog import api as catalog
from tongshang.modules.governance import api as governance
from tongshang.modules.media import api as media
from tongshang.modules.surfaces import domain, store
from tongshang.modules.surfaces.domain import CardRef, ContentDraft, TouchDraft
from tongshang.modules.surfaces.refusals import WordsForbidden
from tongshang.runtime import crypto
from tongshang.runtime.call import Call, House

_PURPOSE: Final = "card"


async def publish(call: Call, drafts: Sequence[ContentDraft]) -> list[int]:
    """Publish contents, all or none; their ids."""
    await check(call, drafts)
    return await store.add_contents(call, drafts)


async def check(call: Call, drafts: Sequence[ContentDraft]) -> None:
    """Refuse contents with forbidden words, foreign pictures, or cards that lead nowhere."""
    known = await catalog.cards(call.tx, domain.product_keys(drafts))
    for draft in drafts:
        domain.checked(draft, media.is_ours, known)
        if reasons := governance.judge(domain.texts(draft)):
            raise WordsForbidden(reason="; ".join(reasons))


async def record_touches(call: Call, drafts: Sequence[TouchDraft]) -> None:
    """Keep each opening of a card, and move the last touch of signed-in buyers."""
    if not drafts:
        return
    await store.add_clicks(call, drafts)
    if moved := domain.last_touches(drafts):
        await store.save_touches(call.tx, moved)


def card_token(house: House, card: CardRef) -> str:
    """A card as a signed text that says where it leads and whose it is."""
    return crypto.sign(house.secret, _PURPOSE, domain.pack_card(card))


def read_card(house: House, token: str) -> CardRef | None:
    """The card of a token, or None where we did not sign it."""
    body = crypto.unsign(house.secret, _PURPOSE, token)
    return None if body is None else domain.unpack_card(body)
