"""What a page says of itself to other machines: its one address, a preview, structured data."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

SITE: Final = "通商 Tongshang"
_DESCRIPTION_MAX: Final = 160
_VIDEO: Final = "short_video"
_LIVE: Final = "live_room"


def told_of(
    visit: Any, product: Any, shop: Any, content: Any, room: Any = None
) -> dict[str, Any] | None:
    """What the page tells, by what it shows; nothing where it shows none of these."""
    home = visit.house.address
    if product and shop:
        return of_product(home, product, shop, visit.asked("card")[:400])
    if content:
        return of_content(home, content)
    if room:
        return of_room(home, room)
    return of_shop(home, shop) if shop else None


def of_product(home: str, product: Any, shop: Any, card: str = "") -> dict[str, Any]:
    """A product's page; what it says does not depend on whose card led there, its embed does."""
    url, shop_url = f"{home}/p/{product.product_id}", f"{home}/s/{product.shop_id}"
    pictures = [_whole(home, one) for one in product.pictures]
    text = _short(product.desc or product.title)
    price = _price(product.price_fen)
    offer = {
        "@type": "Offer",
        "url": url,
        "priceCurrency": "CNY",
        "price": price,
        "availability": _availability(product.skus),
        "itemCondition": "https://schema.org/NewCondition",
        "seller": {"@type": "Organization", "name": shop.name, "url": shop_url},
    }
    data = [
        {
            "@type": "Product",
            "@id": url,
            "name": product.title,
            "description": text,
            "image": pictures,
            "sku": product.product_id,
            "offers": offer,
        },
        _crumbs([(SITE, f"{home}/"), (shop.name, shop_url), (product.title, url)]),
    ]
    more = {"product:price:amount": price, "product:price:currency": "CNY"}
    shown = f"{url}?{urlencode({'card': card})}" if card else url
    return _told("product", product.title, text, url, pictures[:1], data, shown, more)


def of_shop(home: str, shop: Any) -> dict[str, Any]:
    """A shop's home."""
    url = f"{home}/s/{shop.party_id}"
    data = [
        {"@type": "Store", "@id": url, "name": shop.name, "description": shop.intro, "url": url},
        _crumbs([(SITE, f"{home}/"), (shop.name, url)]),
    ]
    return _told("website", shop.name, shop.intro, url, _pictures(home, shop.icon_url), data)


def of_content(home: str, content: Any) -> dict[str, Any]:
    """An article, a short video, a live room or a page."""
    place = "live" if content.kind == _LIVE else "a"
    url = f"{home}/{place}/{content.content_id}"
    text = _short(" ".join(block.text for block in content.blocks if block.kind == "paragraph"))
    pictures = _pictures(home, content.cover_url)
    author = {"@type": "Person", "name": content.author.name}
    at = _moment(content.published_at)
    made: dict[str, Any] = {"@id": url, "headline": content.title, "author": author}
    if pictures:
        made["image"] = pictures
    if at:
        made["datePublished"] = at
    if content.kind == _VIDEO and content.media.url and pictures and at:
        made |= {
            "@type": "VideoObject",
            "name": content.title,
            "description": text or content.title,
            "thumbnailUrl": pictures,
            "uploadDate": at,
            "contentUrl": _whole(home, content.media.url),
            "duration": f"PT{content.media.seconds}S",
        }
    else:
        made["@type"] = "Article"
    data = [made, _crumbs([(SITE, f"{home}/"), (content.title, url)])]
    kind = "video.other" if content.kind == _VIDEO else "article"
    more = {"article:published_time": at} if at and kind == "article" else {}
    feed = f"{home}/feed/{content.author.promoter_id}.atom"
    return _told(kind, content.title, text, url, pictures, data, url, more) | {"feed": feed}


def of_room(home: str, room: Any) -> dict[str, Any]:
    """A live room: an event that is broadcast, from when it began or will begin."""
    url, pictures = f"{home}{room.url}", _pictures(home, room.cover_url)
    event: dict[str, Any] = {
        "@type": "BroadcastEvent",
        "@id": url,
        "name": room.title,
        "isLiveBroadcast": room.state == "on_air",
        "startDate": _moment(room.began_at or room.starts_at),
        "organizer": {"@type": "Person", "name": room.host.name},
    }
    if room.ended_at:
        event["endDate"] = _moment(room.ended_at)
    if pictures:
        event["image"] = pictures
    data = [event, _crumbs([(SITE, f"{home}/"), (room.title, url)])]
    told = _told("video.other", room.title, room.host.name, url, pictures, data)
    return told | {"feed": f"{home}/feed/{room.host.promoter_id}.atom"}


def _told(
    kind: str,
    title: str,
    text: str,
    url: str,
    pictures: Sequence[str],
    data: Sequence[Mapping[str, Any]],
    shown: str = "",
    more: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    home = url.split("/", 3)
    properties = {
        "og:site_name": SITE,
        "og:type": kind,
        "og:title": title,
        "og:description": text,
        "og:url": url,
        "og:image": next(iter(pictures), ""),
        **(more or {}),
    }
    oembed = f"{home[0]}//{home[2]}/oembed?{urlencode({'url': shown or url})}"
    return {
        "url": url,
        "description": text,
        "properties": {name: value for name, value in properties.items() if value},
        "card": "summary_large_image" if pictures else "summary",
        "oembed": oembed,
        "data": _data({"@context": "https://schema.org", "@graph": list(data)}),
        "feed": "",
    }


def _data(told: Mapping[str, Any]) -> Markup:
    """JSON inside a script element: nothing in it can end the element or begin another."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - what could be markup is written as escapes above


def _crumbs(steps: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": url}
            for place, (name, url) in enumerate(steps, start=1)
        ],
    }


def _availability(skus: Sequence[Any]) -> str:
    able = any(sku.on_sale and sku.stock > 0 for sku in skus)
    return f"https://schema.org/{'InStock' if able else 'OutOfStock'}"


def _price(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _short(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= _DESCRIPTION_MAX else said[: _DESCRIPTION_MAX - 1] + "…"


def _whole(home: str, url: str) -> str:
    return home + url if url.startswith("/") else url


def _pictures(home: str, url: str) -> list[str]:
    return [_whole(home, url)] if url else []
