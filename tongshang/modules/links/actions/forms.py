"""One thing in all the forms in which it travels."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party, PartyKind
from tongshang.modules.links import domain, store, wire
from tongshang.modules.links.actions import codes
from tongshang.modules.links.domain import ContentRef, LiveRef, Ref, ShopRef, SubjectKind
from tongshang.modules.links.refusals import NothingToShare
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef, CardView, Content, ContentKind, Surface
from tongshang.runtime.call import Call, House

# As long as a touch counts for an order, it counts for what is shown on.
TOUCH_COUNTS_FOR: Final = timedelta(days=15)
FRAME_WIDTH: Final = 560
_HEIGHTS: Final = {SubjectKind.PRODUCT: 148, SubjectKind.SHOP: 380, SubjectKind.CONTENT: 480}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is linked to, as its link's forms name it."""

    ref: Ref
    title: str
    picture_url: str = ""
    price_fen: int = 0
    source: str = ""
    is_available: bool = True


async def subject(call: Call, asked: wire.SubjectRequest) -> Ref:
    """What a request names: the card of its token, else a thing by its id.

    A token that is forged, or of another product than is named beside it, credits nobody and hides
    nothing; without a card, the promoter who brought a buyer to a product last stays its promoter.
    """
    product_id, content_id, shop_id = (
        int(asked.product_id),
        int(asked.content_id),
        int(asked.shop_id),
    )
    if asked.code:
        return await _coded(call, asked.code)
    card = surfaces.read_card(call.house, asked.token) if asked.token else None
    if card and (not product_id or card.product_id == product_id):
        return card
    if product_id:
        found = await catalog.shop_of(call.tx, [product_id])
        if product_id not in found:
            raise NothingToShare
        return await _brought(call, CardRef(found[product_id], product_id))
    if content_id:
        content = (await surfaces.get_contents(call.tx, [content_id])).get(content_id)
        if content is None:
            raise NothingToShare
        is_live = content.kind is ContentKind.LIVE_ROOM
        return LiveRef(content_id) if is_live else ContentRef(content_id)
    if shop_id:
        return ShopRef(shop_id)
    raise NothingToShare


async def _coded(call: Call, code: str) -> Ref:
    found = await store.find_links(call.tx, [code]) if domain.is_whole(code) else {}
    if code not in found:
        raise NothingToShare
    return found[code].ref


async def _brought(call: Call, card: CardRef) -> CardRef:
    if not call.caller.buyer_id:
        return card
    key = call.caller.buyer_id, card.product_id
    touches = await surfaces.last_touches(call.tx, [key], call.at - TOUCH_COUNTS_FOR)
    touch = touches.get(key)
    if touch is None:
        return card
    return replace(
        card,
        promoter_id=touch.promoter_id,
        content_id=touch.content_id,
        share_id=touch.share_id,
        deal_id=touch.deal_id,
    )


async def show(call: Call, refs: Sequence[Ref]) -> list[Shown]:
    """Each with its title and picture as they are now; refuses what is not there."""
    shown = [one for one in await glance(call, refs) if one is not None]
    if len(shown) < len(refs):
        raise NothingToShare
    return shown


async def glance(call: Call, refs: Sequence[Ref]) -> list[Shown | None]:
    """Each with its title and picture as they are now, None for what is not there."""
    cards = [ref for ref in refs if isinstance(ref, CardRef) and ref.product_id]
    views = dict(zip(cards, await surfaces.card_views(call, cards), strict=True)) if cards else {}
    shop_ids = {ref.shop_id for ref in refs if isinstance(ref, CardRef | ShopRef)}
    shops = await identity.find_parties(call.tx, sorted(shop_ids)) if shop_ids else {}
    content_ids = [ref.content_id for ref in refs if isinstance(ref, LiveRef | ContentRef)]
    contents = await surfaces.get_contents(call.tx, content_ids) if content_ids else {}
    return [_shown(ref, views, shops, contents) for ref in refs]


def _shown(
    ref: Ref,
    views: Mapping[CardRef, CardView],
    shops: Mapping[int, Party],
    contents: Mapping[int, Content],
) -> Shown | None:
    match ref:
        case CardRef() if ref.product_id:
            view = views[ref]
            told = view.picture_url, view.price_fen, view.shop_name, view.is_available
            return Shown(ref, view.title, *told) if view.title else None
        case CardRef() | ShopRef():
            shop = shops.get(ref.shop_id)
            is_shop = shop is not None and shop.kind is PartyKind.SHOP
            return (
                Shown(ref, shop.name, shop.icon_url, source=shop.intro)
                if shop and is_shop
                else None
            )
        case LiveRef() | ContentRef():
            content = contents.get(ref.content_id)
            return Shown(ref, content.title, content.cover_url) if content else None
    return None


async def forms_of(call: Call, shown: Shown) -> wire.LinkForms:
    """Link, 口令, QR code, posters and what another site embeds; all of one card."""
    kind, subject_id = domain.subject_of(shown.ref)
    surfaces_ = [Surface.SHORT_LINK, Surface.TAGLINK, Surface.QR]
    if kind is SubjectKind.PRODUCT:
        surfaces_.append(Surface.GIFT_CARD)
    made = await codes.codes_of(call, [domain.link_to(shown.ref, where) for where in surfaces_])
    link, tag, qr = made[:3]
    house = call.house
    address, script = embed_of(house, shown.ref)
    has_poster = kind in {SubjectKind.PRODUCT, SubjectKind.SHOP}
    return wire.LinkForms(
        kind.name.lower(),
        str(subject_id),
        shown.title,
        shown.picture_url,
        link,
        codes.url_of(house, link),
        domain.taglink_text(tag, shown.title),
        f"{house.address}/qr/{qr}.svg",
        f"{house.address}/poster/{qr}.png" if has_poster else "",
        f"{house.address}/poster/{qr}.pdf" if has_poster else "",
        f"{house.address}/poster/{made[3]}.png" if len(made) > 3 else "",
        address,
        script,
        frame_of(
            address, shown.title, FRAME_WIDTH, _HEIGHTS.get(kind, _HEIGHTS[SubjectKind.CONTENT])
        ),
    )


def embed_of(house: House, ref: Ref) -> tuple[str, str]:
    """The address of a thing's frame, and the script that makes one of it."""
    kind, subject_id = domain.subject_of(ref)
    if isinstance(ref, CardRef) and kind is SubjectKind.PRODUCT:
        token = surfaces.card_token(house, domain.shown_on(ref, Surface.WEB))
        place, data = f"/embed/card?{urlencode({'card': token})}", f'data-card="{token}"'
    else:
        name = "shop" if kind is SubjectKind.SHOP else "content"
        place, data = f"/embed/{name}?id={subject_id}", f'data-{name}="{subject_id}"'
    return house.address + place, f'<script async src="{house.address}/embed.js" {data}></script>'


def frame_of(address: str, title: str, width: int, height: int) -> str:
    """The markup of a frame, for sites that take no script."""
    return (
        f'<iframe src="{html.escape(address)}" title="{html.escape(title)}" width="{width}" '
        f'height="{height}" loading="lazy" referrerpolicy="no-referrer" '
        'sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox" '
        'style="border:0;max-width:100%"></iframe>'
    )
