"""Pictures of links: QR codes, and posters of what they lead to."""

import asyncio
from typing import Final

from tongshang.modules.links import domain, store, wire
from tongshang.modules.links.actions import codes, forms, sharing
from tongshang.modules.links.domain import Link
from tongshang.modules.links.drawing import qr_png, qr_svg
from tongshang.modules.links.inserts import insert_sheet
from tongshang.modules.links.poster import Poster, poster_pdf, poster_png
from tongshang.modules.links.refusals import LinkNotFound
from tongshang.modules.media import api as media
from tongshang.modules.surfaces.api import CardRef, Surface
from tongshang.runtime.call import Call
from tongshang.runtime.recall import Recall

_TYPES: Final = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
_QR_A_MINUTE: Final = 600
_POSTERS_A_MINUTE: Final = 30  # a poster is a tenth of a second of work
_POSTERS_OF_ALL: Final = 240
_POSTERS: Final = "links.posters"
_KEPT_SECONDS: Final = 600.0
_KEPT_MAX: Final = 60


async def picture(call: Call, asked: wire.PictureRequest) -> wire.DrawnPicture:
    """A link drawn as it is asked for; a poster says what its product says now."""
    link = None
    if domain.is_whole(asked.code):
        link = (await store.find_links(call.tx, [asked.code])).get(asked.code)
    if link is None or (asked.form == "poster" and asked.kind == "svg"):
        raise LinkNotFound
    if asked.form == "insert":
        return await _inserts(call, link, codes.url_of(call.house, asked.code), asked.kind)
    url = codes.url_of(call.house, asked.code)
    if asked.form == "qr":
        sharing.hold_back(call, "draw", _QR_A_MINUTE)
        if asked.kind == "pdf":
            raise LinkNotFound
        drawn = qr_svg(url) if asked.kind == "svg" else qr_png(url)
        return wire.DrawnPicture(_TYPES[asked.kind], drawn)
    return wire.DrawnPicture(_TYPES[asked.kind], await _poster(call, link, url, asked.kind))


async def _poster(call: Call, link: Link, url: str, kind: str) -> bytes:
    (shown,) = await forms.show(call, [link.ref])
    is_gift = isinstance(link.ref, CardRef) and link.surface == Surface.GIFT_CARD
    told = (url, kind, shown.title, shown.picture_url, shown.price_fen, shown.source)
    recall: Recall[bytes] = call.house.memory.setdefault(_POSTERS, Recall(_KEPT_SECONDS, _KEPT_MAX))
    kept = recall.get(repr(told))
    if kept is None:
        sharing.hold_back(call, "poster", _POSTERS_A_MINUTE)
        sharing.hold_back(call, "posters", _POSTERS_OF_ALL, of_all=True)
        draw = poster_pdf if kind == "pdf" else poster_png
        price = (
            f"¥{shown.price_fen // 100:,}.{shown.price_fen % 100:02d}" if shown.price_fen else ""
        )
        content = await media.read_picture(call.house, shown.picture_url)
        poster = Poster(shown.title, price, shown.source, url, content, is_gift)
        kept = await asyncio.to_thread(draw, poster)
        recall.keep(repr(told), url, kept)
    return kept


async def _inserts(call: Call, link: Link, url: str, kind: str) -> wire.DrawnPicture:
    """Cards for parcels, several on a sheet; they say no price, which changes while they lie."""
    if kind != "pdf":
        raise LinkNotFound
    sharing.hold_back(call, "poster", _POSTERS_A_MINUTE)
    (shown,) = await forms.show(call, [link.ref])
    sheet = await asyncio.to_thread(insert_sheet, shown.title, shown.source, url)
    return wire.DrawnPicture(_TYPES[kind], sheet)
