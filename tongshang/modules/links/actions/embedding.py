"""What other sites show of us: frames and oEmbed."""

import io
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qs, urlsplit

from PIL import Image

from tongshang.modules.catalog import api as catalog
from tongshang.modules.links import domain, wire
from tongshang.modules.links.actions import codes, forms
from tongshang.modules.links.actions.forms import Shown
from tongshang.modules.links.domain import ContentRef, LiveRef, Ref, ShopRef, SubjectKind
from tongshang.modules.links.pasted import Found, traces
from tongshang.modules.links.refusals import CannotEmbed, NothingToShare
from tongshang.modules.media import api as media
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import AuthorKind, BlockKind, CardRef, Content, Surface
from tongshang.runtime.call import Call

CARDS_MAX: Final = 3
_NEWEST: Final = 2**62
WIDTH_MIN: Final = 240
WIDTH_MAX: Final = 1_000
# How high a frame is, where nothing tells it better, and at least.
_HEIGHT: Final = {
    SubjectKind.PRODUCT: 148,
    SubjectKind.SHOP: 380,
    SubjectKind.CONTENT: 560,
    SubjectKind.LIVE: 560,
}
_HEIGHT_MIN: Final = 120


async def view(call: Call, ref: Ref) -> wire.EmbedView:
    """What a frame shows of a product, a shop or a content: as it is now, its cards from the web."""
    (shown,) = await forms.show(call, [ref])
    kind, subject_id = domain.subject_of(ref)
    cards, text = await _cards(call, ref), shown.source
    place = {
        SubjectKind.PRODUCT: f"/p/{subject_id}",
        SubjectKind.SHOP: f"/s/{subject_id}",
        SubjectKind.LIVE: f"/live/{subject_id}",
    }.get(kind, f"/a/{subject_id}")
    views = await surfaces.card_views(call, cards)
    return wire.EmbedView(
        kind.name.lower(),
        shown.title,
        text,
        shown.picture_url,
        views[0].url if kind is SubjectKind.PRODUCT else place,
        shown.is_available,
        views if kind is SubjectKind.PRODUCT else [one for one in views if one.is_available],
    )


async def _cards(call: Call, ref: Ref) -> list[CardRef]:
    if isinstance(ref, CardRef) and ref.product_id:
        return [domain.shown_on(ref, Surface.WEB)]
    if isinstance(ref, CardRef | ShopRef):
        newest = await catalog.list_of_shop(call.tx, ref.shop_id, _NEWEST, CARDS_MAX)
        bare = [CardRef(ref.shop_id, one.product_id, ref.promoter_id) for one in newest]
        return [_placed(card, at) for at, card in enumerate(bare, start=1)]
    if isinstance(ref, LiveRef | ContentRef):
        content = (await surfaces.get_contents(call.tx, [ref.content_id])).get(ref.content_id)
        bare = _in_content(content) if content else []
        return [_placed(card, at) for at, card in enumerate(bare[:CARDS_MAX], start=1)]
    raise NothingToShare


def _in_content(content: Content) -> list[CardRef]:
    promoter_id = content.author_id if content.author_kind is AuthorKind.PROMOTER else 0
    return [
        CardRef(block.shop_id, block.product_id, promoter_id, content.content_id)
        for block in content.blocks
        if block.kind is BlockKind.CARD
    ]


def _placed(card: CardRef, position: int) -> CardRef:
    return replace(domain.shown_on(card, Surface.WEB), position=position)


async def subject(call: Call, asked: wire.EmbedRequest) -> Ref:
    """What a frame is asked to show; a shop's card by its token is the shop."""
    request = wire.SubjectRequest(
        "", asked.token, asked.product_id, asked.shop_id, asked.content_id
    )
    return await forms.subject(call, request)


async def oembed(call: Call, asked: wire.OembedRequest) -> wire.Oembed:
    """How a page of ours is shown on another's (oembed.com, type rich)."""
    ref = await _ref_of(call, asked.url)
    (shown,) = await forms.show(call, [ref])
    kind, _ = domain.subject_of(ref)
    width = min(asked.maxwidth or forms.FRAME_WIDTH, WIDTH_MAX)
    height = min(asked.maxheight or _HEIGHT[kind], _HEIGHT[kind])
    if width < WIDTH_MIN or height < _HEIGHT_MIN:
        raise CannotEmbed(reason=f"it needs {WIDTH_MIN} × {_HEIGHT_MIN} pixels at least")
    thumbnail = _size(await media.read_picture(call.house, shown.picture_url))
    return _answer(call, shown, (width, height), thumbnail)


def _size(picture: bytes) -> tuple[int, int] | None:
    try:
        with Image.open(io.BytesIO(picture)) as opened:  # reads its head only
            return opened.size
    except (OSError, ValueError, SyntaxError):
        return None


def _answer(
    call: Call, shown: Shown, size: tuple[int, int], thumbnail: tuple[int, int] | None
) -> wire.Oembed:
    house, (width, height) = call.house, size
    address, _ = forms.embed_of(house, shown.ref)
    return wire.Oembed(
        title=shown.title,
        author_name=shown.source,
        provider_url=house.address,
        html=forms.frame_of(address, shown.title, width, height),
        width=width,
        height=height,
        thumbnail_url=house.address + shown.picture_url if thumbnail else None,
        thumbnail_width=thumbnail[0] if thumbnail else None,
        thumbnail_height=thumbnail[1] if thumbnail else None,
    )


async def _ref_of(call: Call, url: str) -> Ref:
    """What a page of ours shows; the card it was opened with stays its card."""
    if not url.lower().startswith(("https://", "http://")):
        raise CannotEmbed(reason="it is no address of a page")
    found = traces(url, call.house.address)[:1]
    ref = (await codes.refs_of(call, found))[0] if found else None
    if ref is None or found[0].found is Found.OPENLINK:
        raise CannotEmbed(reason="it is no page of this platform")
    token = (parse_qs(urlsplit(url).query).get("card") or [""])[0]
    card = surfaces.read_card(call.house, token) if token else None
    same = card is not None and domain.subject_of(card) == domain.subject_of(ref)
    return card if card is not None and same else ref
