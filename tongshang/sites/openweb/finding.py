"""What search engines and feed readers ask for: robots.txt, sitemaps, Atom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from starlette.exceptions import HTTPException
from starlette.responses import Response

from tongshang.sites.head import SITE
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(cookieless=True)

_HOUR: Final = "public, max-age=3600"
_MINUTES: Final = "public, max-age=300"
_ENTRIES: Final = 50
_NAMESPACE: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
_PLACES: Final = {
    "products": ("product", "p"),
    "contents": ("content", "a"),
    "shops": ("shop", "s"),
}

# What is one person's, makes links, or is a desk is not for machines that read everything.
_CLOSED: Final = (
    "/desk", "/cart", "/checkout", "/cashier", "/orders", "/me", "/chats", "/personas", "/enter",
    "/leave", "/sandbox", "/share", "/language", "/c/", "/o/", "/qr.svg", "/v1/", "/channels/",
    "/cgi-bin/", "/shop/",
)  # fmt: skip


@PAGES.get("/robots.txt")
async def robots(visit: Visit) -> Response:
    """What machines may read, and where they find it all."""
    lines = ["User-agent: *", *(f"Disallow: {place}" for place in _CLOSED), ""]
    lines.append(f"Sitemap: {visit.house.address}/sitemap.xml")
    return _text("\n".join(lines) + "\n", "text/plain", _HOUR)


@PAGES.get("/sitemap.xml")
async def sitemap(visit: Visit) -> Response:
    """The parts of the sitemap: each at most 50,000 pages (sitemaps.org)."""
    parts = await visit.ask("/v1/buyer/site/parts")
    places = [
        f"{visit.house.address}/sitemap/{kind}-{after}.xml"
        for kind in _PLACES
        for after in getattr(parts, kind)
    ]
    body = "".join(f"<sitemap><loc>{escape(place)}</loc></sitemap>\n" for place in places)
    text = f"{_HEAD}<sitemapindex {_NAMESPACE}>\n{body}</sitemapindex>\n"
    return _text(text, "application/xml", _HOUR)


@PAGES.get("/sitemap/{name}.xml")
async def sitemap_part(visit: Visit) -> Response:
    """Pages of one kind, each with the time of its last change."""
    kind, _, after = visit.request.path_params["name"].partition("-")
    if kind not in _PLACES or not (after.isascii() and after.isdecimal() and len(after) <= 19):
        raise HTTPException(404)
    asked, place = _PLACES[kind]
    found = await visit.ask("/v1/buyer/site/list", kind=asked, after=after)
    home = visit.house.address
    body = "".join(
        f"<url><loc>{home}/{place}/{one.subject_id}</loc>{_lastmod(one.changed_at)}</url>\n"
        for one in found.pages
    )
    return _text(f"{_HEAD}<urlset {_NAMESPACE}>\n{body}</urlset>\n", "application/xml", _HOUR)


def _lastmod(at: datetime | None) -> str:
    return f"<lastmod>{_moment(at)}</lastmod>" if at else ""


@PAGES.get("/feed.atom")
async def feed(visit: Visit) -> Response:
    """The newest contents of all, as Atom."""
    return await _feed(visit, 0, "/feed.atom")


@PAGES.get("/feed/{promoter_id:int}.atom")
async def feed_of(visit: Visit) -> Response:
    """The newest contents of one author, as Atom."""
    promoter_id = visit.part("promoter_id")
    return await _feed(visit, promoter_id, f"/feed/{promoter_id}.atom")


async def _feed(visit: Visit, promoter_id: int, place: str) -> Response:
    asked: dict[str, Any] = {"promoter_id": str(promoter_id)} if promoter_id else {}
    page = await visit.ask("/v1/buyer/content/list", limit=_ENTRIES, **asked)
    home = visit.house.address
    if promoter_id and not page.contents:
        raise HTTPException(404)
    name = page.contents[0].author.name if promoter_id else SITE
    at = max((one.published_at for one in page.contents), default=visit.house.clock.now())
    body = "".join(_entries(home, page.contents))
    text = (
        f'{_HEAD}<feed xmlns="http://www.w3.org/2005/Atom">\n<id>{home}{place}</id>\n'
        f"<title>{escape(name)}</title>\n<updated>{_moment(at)}</updated>\n"
        f'<link rel="self" type="application/atom+xml" href="{home}{place}"/>\n'
        f'<link rel="alternate" type="text/html" href="{home}/"/>\n{body}</feed>\n'
    )
    return _text(text, "application/atom+xml", _MINUTES)


def _entries(home: str, contents: Iterable[Any]) -> Iterable[str]:
    for one in contents:
        url = f"{home}/{'live' if one.kind == 'live_room' else 'a'}/{one.content_id}"
        goods = "、".join(card.title for card in one.cards if card.is_available)
        picture = f'<p><img src={quoteattr(home + one.cover_url)} alt=""/></p>'
        body = escape(f"{picture if one.cover_url else ''}<p>{escape(goods or one.title)}</p>")
        yield (
            f"<entry><id>{url}</id><title>{escape(one.title)}</title>"
            f"<updated>{_moment(one.published_at)}</updated>"
            f"<published>{_moment(one.published_at)}</published>"
            f"<author><name>{escape(one.author.name)}</name></author>"
            f'<link rel="alternate" type="text/html" href="{url}"/>'
            f'<content type="html">{body}</content></entry>\n'
        )


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _text(body: str, kind: str, kept: str) -> Response:
    headers = {"cache-control": kept}
    return Response(body, media_type=f"{kind}; charset=utf-8", headers=headers)
