"""The storefront as an application: its manifest, its worker, and the page without a network."""

import hashlib
import json
from typing import Final

from starlette.responses import Response

from tongshang.sites import static_files
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(cookieless=True)

_OFFLINE: Final = "/offline"
_FILES: Final = ("storefront.css", "htmx.min.js", "icons.svg", "mark.svg")


@PAGES.get("/manifest.webmanifest")
async def manifest(visit: Visit) -> Response:
    """What a phone needs to put the storefront among its applications."""
    icon = {"src": static_files.address("mark.svg"), "type": "image/svg+xml", "sizes": "any"}
    told = {
        "name": "通商 Tongshang",
        "short_name": "通商",
        "description": "商品就是信息 · Goods are information",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f4f1",
        "theme_color": "#f4f4f1",
        "icons": [icon | {"purpose": "any"}, icon | {"purpose": "maskable"}],
    }
    return _public(json.dumps(told, ensure_ascii=False), "application/manifest+json", 3_600)


@PAGES.get("/worker.js")
async def worker(visit: Visit) -> Response:
    """The worker; it is another one when any file that it keeps is."""
    kept = json.dumps([_OFFLINE, *map(static_files.address, _FILES)])
    page = visit.show("storefront/offline.html").body
    mark = hashlib.sha256(kept.encode() + bytes(page)).hexdigest()[:12]
    text = static_files.body("worker.js").decode()
    text = text.replace("%kept%", kept).replace("%mark%", mark)
    return _public(text, "text/javascript", 0)


@PAGES.get(_OFFLINE)
async def offline(visit: Visit) -> Response:
    """What is shown without a network: the same for everybody, in both languages."""
    return visit.show("storefront/offline.html")


def _public(text: str, kind: str, seconds: int) -> Response:
    kept = f"public, max-age={seconds}" if seconds else "no-cache"
    return Response(text, media_type=f"{kind}; charset=utf-8", headers={"cache-control": kept})
