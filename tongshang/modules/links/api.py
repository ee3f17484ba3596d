"""What higher rooms ask of the links."""

from collections.abc import Sequence

from tongshang.modules.catalog import api as catalog
from tongshang.modules.links import domain
from tongshang.modules.links.actions import codes, forms, sharing
from tongshang.modules.links.domain import ContentRef as ContentRef
from tongshang.modules.links.domain import GiftRef as GiftRef
from tongshang.modules.links.domain import LiveRef as LiveRef
from tongshang.modules.links.domain import Opening as Opening
from tongshang.modules.links.domain import Ref as Ref
from tongshang.modules.links.domain import ShareDraft as ShareDraft
from tongshang.modules.links.domain import ShopRef as ShopRef
from tongshang.modules.links.domain import SubjectKind as SubjectKind
from tongshang.modules.links.drawing import qr_png as qr_png
from tongshang.modules.links.drawing import qr_svg as qr_svg
from tongshang.modules.links.gifts import gift_place as gift_place
from tongshang.modules.links.gifts import gift_token as gift_token
from tongshang.modules.links.gifts import read_gift as read_gift
from tongshang.modules.links.pasted import traces
from tongshang.modules.links.wire import LinkForms as LinkForms
from tongshang.modules.surfaces.api import CardRef as CardRef
from tongshang.modules.surfaces.api import Surface
from tongshang.runtime.call import Call


async def read_pasted(call: Call, text: str) -> Ref | None:
    """What the first of our links or 口令 in a text leads to; None where there is none of ours.

    What was taken off sale is found all the same: `surfaces.card_views` says so of its card.
    """
    found = traces(text, call.house.address)
    if not found:
        return None
    return next((ref for ref in await codes.refs_of(call, found) if ref is not None), None)


async def short_links(call: Call, refs: Sequence[Ref]) -> list[str]:
    """A short link for each, `…/s/<code>`; the same one for the same."""
    made = [domain.link_to(ref, Surface.SHORT_LINK) for ref in refs]
    return [codes.url_of(call.house, code) for code in await codes.codes_of(call, made)]


async def short_link(call: Call, ref: Ref) -> str:
    """The short link of one card, shop, live room, content or gift."""
    (url,) = await short_links(call, [ref])
    return url


async def qr_url(call: Call, ref: Ref) -> str:
    """The address of a picture: a QR code that opens it."""
    (code,) = await codes.codes_of(call, [domain.link_to(ref, Surface.QR)])
    return f"{call.house.address}/qr/{code}.png"


async def forms_of(call: Call, ref: Ref) -> LinkForms:
    """It in all forms in which it travels; refuses what is not there."""
    (shown,) = await forms.show(call, [ref])
    return await forms.forms_of(call, shown)


async def open_subject(call: Call, kind: SubjectKind, subject_id: int, share_id: int = 0) -> str:
    """A short link to something that links know by kind and id only, as to a gift.

    A gift's code is long: nobody comes to one by trying.
    """
    refs: dict[SubjectKind, Ref] = {
        SubjectKind.SHOP: ShopRef(subject_id, share_id=share_id),
        SubjectKind.LIVE: LiveRef(subject_id, share_id=share_id),
        SubjectKind.CONTENT: ContentRef(subject_id, share_id=share_id),
        SubjectKind.GIFT: GiftRef(subject_id, share_id=share_id),
    }
    return await short_link(call, refs[kind])


async def taglink(call: Call, ref: Ref, title: str = "") -> str:
    """A 口令: a text that opens what it names when it is pasted into chat or search here.

    A product says its own title; of anything else the caller knows it.
    """
    if isinstance(ref, CardRef) and not title:
        card = (await catalog.cards(call.tx, [(ref.shop_id, ref.product_id)])).get(ref.product_id)
        title = (card.short_title or card.title) if card else ""
    (code,) = await codes.codes_of(call, [domain.link_to(ref, Surface.TAGLINK)])
    return domain.taglink_text(code, title)


async def share(call: Call, draft: ShareDraft) -> int:
    """Keep that a buyer showed something to others; the id that its card carries from then on."""
    (share_id,) = await sharing.share(call, [draft])
    return share_id


async def share_many(call: Call, drafts: Sequence[ShareDraft]) -> list[int]:
    """The same for several at once, in three statements however many."""
    return await sharing.share(call, drafts)
