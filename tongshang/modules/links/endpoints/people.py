"""Links opened, read and made by people, and what they showed to others."""

from dataclasses import replace
from typing import Final

from tongshang.kernel import page
from tongshang.modules.catalog.api import ProductNotFound
from tongshang.modules.links import domain, store, wire
from tongshang.modules.links.actions import codes, drawn, forms, sharing
from tongshang.modules.links.domain import (
    ContentRef,
    GiftRef,
    LiveRef,
    Opening,
    ShareDraft,
)
from tongshang.modules.links.events import ContentLinkOpened
from tongshang.modules.links.gifts import gift_token
from tongshang.modules.links.pasted import Found, traces
from tongshang.modules.links.refusals import (
    CodeIncomplete,
    LinkNotFound,
    NothingPasted,
    NothingToShare,
    ShareNotFound,
)
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef, Surface, TouchDraft
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

PEOPLE = Endpoints("links")

_NEWEST: Final = 2**62
# A minute, for one person or one address; a person who shares does not come near them.
_OPENED_MAX: Final = 600
_READ_MAX: Final = 240
_MADE_MAX: Final = 60


@PEOPLE(
    "POST",
    "/v1/buyer/link/open",
    needs=Scope.PUBLIC,
    refuses=(CodeIncomplete, LinkNotFound),
)
async def open_link(call: Call, req: wire.LinkOpen) -> wire.LinkTarget:
    """Where a short link, a QR code or a 口令 leads. For a buyer a product's is the last touch."""
    sharing.hold_back(call, "open", _OPENED_MAX)
    if not domain.is_whole(req.code):
        raise CodeIncomplete if domain.has_form(req.code) else LinkNotFound
    link = (await store.find_links(call.tx, [req.code])).get(req.code)
    if link is None:
        raise LinkNotFound
    token, buyer_id = "", call.caller.buyer_id
    if isinstance(link.ref, CardRef):
        token = surfaces.card_token(call.house, link.ref)
        await surfaces.record_touches(call, [TouchDraft(buyer_id, link.ref, call.at)])
    else:
        opening = Opening(link.share_id, buyer_id, link.subject_id, link.surface, call.at)
        await sharing.note_openings(call, [opening])
        if buyer_id and link.promoter_id and isinstance(link.ref, ContentRef | LiveRef):
            told = link.subject_id, link.promoter_id, buyer_id, isinstance(link.ref, LiveRef)
            await call.tell(ContentLinkOpened(*told, call.at))
        if isinstance(link.ref, GiftRef) and link.ref.shop_id:
            token = gift_token(call.house.secret, link.ref.shop_id, link.ref.present_id)
    kind = domain.SubjectKind(link.kind).name.lower()
    return wire.LinkTarget(kind, str(link.subject_id), str(link.shop_id), link.surface, token)


@PEOPLE("POST", "/v1/buyer/openlink/open", needs=Scope.PUBLIC, refuses=(LinkNotFound,))
async def open_openlink(call: Call, req: wire.OpenlinkOpen) -> wire.OpenlinkTarget:
    """Where an openlink leads; once it has ended it still does, but is nobody's touch."""
    sharing.hold_back(call, "open", _OPENED_MAX)
    made = codes.read_openlink(call.house, req.token)
    if made is None:
        raise LinkNotFound
    expired = made.expires_at <= int(call.at.timestamp())
    if not expired:
        await surfaces.record_touches(call, [TouchDraft(call.caller.buyer_id, made.card, call.at)])
    return wire.OpenlinkTarget(
        str(made.product_id),
        str(made.shop_id),
        "" if expired else surfaces.card_token(call.house, made.card),
        expired,
        made.ext_info,
    )


@PEOPLE(
    "POST",
    "/v1/buyer/link/read",
    needs=Scope.PUBLIC,
    refuses=(NothingPasted, CodeIncomplete, LinkNotFound),
    reads=True,
)
async def read_text(call: Call, req: wire.PastedText) -> wire.Pasted:
    """What a pasted text means: the first of our links or 口令 in it, with its card as it is now."""
    sharing.hold_back(call, "read", _READ_MAX)
    found = traces(req.text, call.house.address)
    if not found:
        raise NothingPasted
    ref = next((ref for ref in await codes.refs_of(call, found) if ref is not None), None)
    if ref is None:
        broken = [one for one in found if one.found is Found.CODE and not domain.is_whole(one.text)]
        raise CodeIncomplete if broken else LinkNotFound
    kind, subject_id = domain.subject_of(ref)
    if not isinstance(ref, CardRef):
        return wire.Pasted(kind.name.lower(), str(subject_id), is_available=True)
    card = domain.shown_on(ref, ref.surface or Surface.INPUT_BOX)
    (view,) = await surfaces.card_views(call, [card])
    return wire.Pasted(kind.name.lower(), str(subject_id), view.is_available, view)


@PEOPLE("POST", "/v1/buyer/link/make", needs=Scope.PUBLIC, refuses=(NothingToShare,))
async def make_link(call: Call, req: wire.SubjectRequest) -> wire.LinkForms:
    """A product, shop or content in all forms in which it travels; whose card it was stays."""
    sharing.hold_back(call, "make", _MADE_MAX)
    (shown,) = await forms.show(call, [await forms.subject(call, req)])
    return await forms.forms_of(call, shown)


@PEOPLE("POST", "/v1/promoter/link/make", needs=Scope.PROMOTER, refuses=(NothingToShare,))
async def make_own_link(call: Call, req: wire.PromoterLinkRequest) -> wire.LinkForms:
    """A product, shop or content of anybody in all its forms, in the promoter's own name."""
    sharing.hold_back(call, "make", _MADE_MAX)
    asked = wire.SubjectRequest("", "", req.product_id, req.shop_id, req.content_id)
    ref = domain.by_promoter(await forms.subject(call, asked), call.caller.party_id)
    (shown,) = await forms.show(call, [ref])
    return await forms.forms_of(call, shown)


@PEOPLE("POST", "/v1/buyer/share/make", needs=Scope.BUYER, refuses=(NothingToShare,))
async def make_share(call: Call, req: wire.ShareRequest) -> wire.ShareMade:
    """Show a card to others: its promoter stays, and what is opened from here is told to the buyer.

    If the buyer came by somebody else's share, that one is its parent.
    """
    sharing.hold_back(call, "make", _MADE_MAX)
    asked = wire.SubjectRequest("", req.token, req.product_id, req.shop_id, req.content_id)
    (shown,) = await forms.show(call, [await forms.subject(call, asked)])
    (share_id,) = await sharing.share(call, [ShareDraft(call.buyer_id, shown.ref, req.to_surface)])
    carried = domain.by_share(shown.ref, share_id)
    token = ""
    if isinstance(carried, CardRef):
        token = surfaces.card_token(call.house, domain.shown_on(carried, req.to_surface))
    given = await forms.forms_of(call, replace(shown, ref=carried))
    return wire.ShareMade(str(share_id), token, given)


@PEOPLE("GET", "/v1/buyer/share/list", needs=Scope.BUYER, reads=True)
async def list_shares(call: Call, req: wire.ShareQuery) -> wire.SharePage:
    """What one showed to others, newest first: how often it was opened, by how many, and shown on."""
    question = ("shares", call.buyer_id)
    before = page.after_number(question, req.next_key, _NEWEST)
    found = await store.list_shares(call.tx, call.buyer_id, before, req.limit + 1)
    shares = await sharing.counted(call, found[: req.limit])
    more = len(found) > req.limit
    return wire.SharePage(
        shares, page.cursor(question, (found[req.limit - 1].share_id,)) if more else ""
    )


@PEOPLE("GET", "/v1/buyer/share/get", needs=Scope.BUYER, refuses=(ShareNotFound,), reads=True)
async def get_share(call: Call, req: wire.ShareRef) -> wire.ShareTree:
    """What came of one's share, generation by generation: counts only, nobody is named."""
    share = await store.find_share(call.tx, call.buyer_id, int(req.share_id))
    if share is None:
        raise ShareNotFound
    (view,) = await sharing.counted(call, [share])
    generations = await store.generations(call.tx, share.share_id)
    return wire.ShareTree(view, [wire.Generation(*one) for one in generations])


@PEOPLE(
    "GET",
    "/v1/buyer/link/picture",
    needs=Scope.PUBLIC,
    refuses=(LinkNotFound, ProductNotFound),
    reads=True,
)
async def draw_link(call: Call, req: wire.PictureRequest) -> wire.DrawnPicture:
    """A link as a QR code, or a product or shop as a poster that leads to it."""
    return await drawn.picture(call, req)
