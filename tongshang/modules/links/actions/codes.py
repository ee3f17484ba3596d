"""Codes and openlinks made, and read in whatever text is pasted."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec

from tongshang.modules.catalog import api as catalog
from tongshang.modules.links import domain, store
from tongshang.modules.links.domain import ContentRef, Link, LiveRef, Ref, ShopRef
from tongshang.modules.links.gifts import read_gift
from tongshang.modules.links.pasted import SCHEME, Found, Trace
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef
from tongshang.runtime import crypto
from tongshang.runtime.call import Call, House

_OPENLINK: Final = "openlink"


# --- codes -------------------------------------------------------------------------------------


async def codes_of(call: Call, links: Sequence[Link]) -> list[str]:
    """The code of each link, made where it is new; the same link always has the same.

    Two links on one code are as good as impossible, yet told apart: the later takes another salt.
    """
    codes: dict[Link, str] = {}
    waiting = list(dict.fromkeys(links))
    for salt in range(domain.SALTS_MAX):
        wanted = {link: domain.code_of(call.house.secret, link, salt) for link in waiting}
        found = await store.find_links(call.tx, list(wanted.values()))
        new = [(code, link) for link, code in wanted.items() if code not in found]
        if new:
            await store.add_links(call, new)
            found |= await store.find_links(call.tx, [code for code, _ in new])
        codes |= {link: code for link, code in wanted.items() if found[code] == link}
        waiting = [link for link in waiting if link not in codes]
        if not waiting:
            break
    assert not waiting, "no code is free"
    return [codes[link] for link in links]


def url_of(house: House, code: str) -> str:
    """Where a code is opened, from anywhere."""
    return f"{house.address}/s/{code}"


# --- openlinks: a link that ends, and needs no row ----------------------------------------------


class Openlink(msgspec.Struct, array_like=True, frozen=True):
    """What an openlink's token says: a product, who links to it, and until when (a unix time)."""

    expires_at: int
    shop_id: int
    product_id: int
    surface: int
    from_appid: str = ""
    ext_info: str = ""

    @property
    def card(self) -> CardRef:
        """The card that it opens."""
        return CardRef(self.shop_id, self.product_id, surface=self.surface)


def openlink(house: House, made: Openlink) -> str:
    """A link for apps; with `https` in place of its scheme any browser opens it."""
    token = crypto.sign(house.secret, _OPENLINK, msgspec.msgpack.encode(made))
    return f"{SCHEME}://{urlsplit(house.address).netloc}/o/{token}"


def read_openlink(house: House, token: str) -> Openlink | None:
    """What an openlink's token says, past or not; None where we did not sign it."""
    body = crypto.unsign(house.secret, _OPENLINK, token)
    return None if body is None else msgspec.msgpack.decode(body, type=Openlink)


# --- what a pasted text means ------------------------------------------------------------------


async def refs_of(call: Call, found: Sequence[Trace]) -> list[Ref | None]:
    """What traces in a text lead to, as far as they are ours; two statements for all of them."""
    codes = [one.text for one in found if one.found is Found.CODE and domain.is_whole(one.text)]
    products = [int(one.text) for one in found if one.found is Found.PRODUCT]
    links = await store.find_links(call.tx, codes) if codes else {}
    shops = await catalog.shop_of(call.tx, products) if products else {}
    return [_ref(call.house, one, links, shops) for one in found]


def _ref(
    house: House, trace: Trace, links: Mapping[str, Link], shops: Mapping[int, int]
) -> Ref | None:
    match trace.found:
        case Found.CODE:
            link = links.get(trace.text)
            return link.ref if link else None
        case Found.CARD:
            return surfaces.read_card(house, trace.text)
        case Found.OPENLINK:
            made = read_openlink(house, trace.text)
            return made.card if made else None
        case Found.PRODUCT:
            shop_id = shops.get(int(trace.text))
            return CardRef(shop_id, int(trace.text)) if shop_id else None
        case Found.GIFT:
            return read_gift(house.secret, trace.text)
        case Found.SHOP:
            return ShopRef(int(trace.text))
        case Found.LIVE:
            return LiveRef(int(trace.text))
        case Found.CONTENT:
            return ContentRef(int(trace.text))
