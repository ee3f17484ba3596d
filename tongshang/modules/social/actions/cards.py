"""What a link becomes when it is sent, and how a card looks to those who got it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.links import api as links
from tongshang.modules.links.api import ContentRef, GiftRef, LiveRef, Ref, ShareDraft, ShopRef
from tongshang.modules.social import domain, wire
from tongshang.modules.social.domain import Body, BodyKind
from tongshang.modules.social.refusals import CardUnreadable
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import (
    CardRef,
    CardView,
    Content,
    ContentKind,
    Scene,
    ShopCardView,
    Surface,
)
from tongshang.runtime.call import Call

_CONTENTS: Final = frozenset({BodyKind.LIVE, BodyKind.CONTENT})


async def read_pasted(call: Call, text: str) -> Ref | None:
    """What the first link of ours in a text leads to; a gift's to the gift."""
    ref = await links.read_pasted(call, text)
    if isinstance(ref, CardRef) and not ref.product_id:
        return ShopRef(ref.shop_id, ref.promoter_id, ref.share_id)
    return None if isinstance(ref, GiftRef) and not ref.shop_id else ref


async def carried(call: Call, ref: Ref) -> Body:
    """A thing as the caller sends it: it exists, and the caller is kept as who showed it."""
    plain = await described(call, ref)
    if plain is None:
        raise CardUnreadable
    draft = ShareDraft(call.buyer_id, ref, Surface.CHAT, getattr(ref, "share_id", 0))
    share_id = await links.share(call, draft)
    if not isinstance(ref, LiveRef | ContentRef):
        return replace(plain, share_id=share_id)
    url = await links.short_link(call, replace(ref, share_id=share_id))
    return replace(plain, share_id=share_id, url=url.removeprefix(call.house.address))


async def described(call: Call, ref: Ref) -> Body | None:
    """A thing as a message's body, its name beside it; None where it does not exist."""
    match ref:
        case CardRef():
            found = await catalog.cards(call.tx, [(ref.shop_id, ref.product_id)])
            product = found.get(ref.product_id)
            if product is None:
                return None
            body = Body.of_product(ref.shop_id, ref.product_id, ref.promoter_id, ref.content_id)
            name = product.short_title or product.title
            return replace(body, text=name, deal_id=ref.deal_id)
        case ShopRef():
            shop = (await identity.find_parties(call.tx, [ref.shop_id])).get(ref.shop_id)
            if shop is None or shop.kind is not PartyKind.SHOP:
                return None
            promoter_id = ref.promoter_id
            return Body(BodyKind.SHOP, shop.name, shop_id=ref.shop_id, promoter_id=promoter_id)
        case LiveRef() | ContentRef():
            content = (await surfaces.get_contents(call.tx, [ref.content_id])).get(ref.content_id)
            return None if content is None else _content_body(content)
        case GiftRef():  # whoever has its link may pass it on; what is in it, gifting tells
            place = links.gift_place(call.house.secret, ref)
            return Body(BodyKind.GIFT, url=place, present_id=ref.present_id)


async def content_ref(call: Call, content_id: int) -> Ref | None:
    """A content as links know it; None where there is none."""
    content = (await surfaces.get_contents(call.tx, [content_id])).get(content_id)
    if content is None:
        return None
    if content.kind is ContentKind.LIVE_ROOM:
        return LiveRef(content_id)
    return ContentRef(content_id)


def _content_body(content: Content) -> Body:
    is_live = content.kind is ContentKind.LIVE_ROOM
    kind = BodyKind.LIVE if is_live else BodyKind.CONTENT
    return Body(kind, content.title, _place(content), content_id=content.content_id)


def _place(content: Content) -> str:
    return f"/{_FOLDERS.get(content.kind, 'a')}/{content.content_id}"


_FOLDERS: Final = {ContentKind.LIVE_ROOM: "live", ContentKind.SHORT_VIDEO: "v"}


# --- as they look ------------------------------------------------------------------------------


async def product_cards(call: Call, bodies: Sequence[Body]) -> list[CardView]:
    """Products as they are now, each with the token of who showed it, in the order asked."""
    refs = [
        CardRef(
            body.shop_id, body.product_id, body.promoter_id, body.content_id,
            Scene.PRODUCT_SHARE, Surface.CHAT, 0, body.share_id, body.deal_id,
        )
        for body in bodies
    ]  # fmt: skip
    return await surfaces.card_views(call, refs) if refs else []


async def shop_cards(call: Call, bodies: Sequence[Body]) -> list[ShopCardView]:
    """Shops as they are now, each with the token of who showed it, in the order asked."""
    ids = sorted({body.shop_id for body in bodies})
    shops = await identity.find_parties(call.tx, ids) if ids else {}
    views = []
    for body in bodies:
        ref = CardRef(
            body.shop_id,
            0,
            body.promoter_id,
            0,
            Scene.PRODUCT_SHARE,
            Surface.CHAT,
            0,
            body.share_id,
        )
        token = surfaces.card_token(call.house, ref)
        views.append(ShopCardView.of(ref, shops.get(body.shop_id), token))
    return views


async def content_cards(call: Call, bodies: Sequence[Body]) -> dict[int, wire.ContentCard]:
    """Contents as they are now, by id; what was taken down is not available."""
    ids = sorted({body.content_id for body in bodies if body.kind in _CONTENTS})
    if not ids:
        return {}
    found = await surfaces.get_contents(call.tx, ids)
    authors = await identity.find_parties(
        call.tx, sorted({content.author_id for content in found.values()})
    )
    return {
        content_id: wire.ContentCard(
            str(content_id),
            content.kind.name.lower(),
            content.title,
            content.cover_url,
            authors[content.author_id].name if content.author_id in authors else "",
            True,
            "",
        )
        for content_id, content in found.items()
    }


async def preview(call: Call, text: str) -> wire.Preview:
    """What a pasted text would become."""
    ref = await read_pasted(call, text)
    body = await described(call, ref) if ref is not None else None
    if body is None:
        return wire.Preview()
    view = wire.Preview(domain.BodyKind(body.kind).name.lower())
    if body.kind is BodyKind.PRODUCT:
        (view.card,) = await product_cards(call, [body])
    elif body.kind is BodyKind.SHOP:
        (view.shop,) = await shop_cards(call, [body])
    elif body.kind is BodyKind.GIFT:
        view.present_id, view.url = str(body.present_id), body.url
    else:
        view.content = (await content_cards(call, [body]))[body.content_id]
    return view
