"""The sites put together: every page by path, and what all answers have in common."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tongshang.runtime.call import House
from tongshang.sites import static_files
from tongshang.sites.desk import PAGES as DESKS
from tongshang.sites.guards import guards_of
from tongshang.sites.openweb import PAGES as OPENWEB
from tongshang.sites.storefront import PAGES as STOREFRONT
from tongshang.sites.visit import Pages, Visit, answering, session_of

SITES: Final[tuple[Pages, ...]] = (*STOREFRONT, *OPENWEB, *DESKS)


class _Guarded:
    """Pages with the headers that keep others' scripts and frames out of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(guards_of(scope["path"]))
                if headers.get("content-encoding") == "identity":  # said only to keep gzip away
                    del headers["content-encoding"]
                headers.setdefault("cache-control", "private, no-cache")
            await send(message)

        await self._app(scope, receive, guarded)


def pages(house: House) -> Starlette:
    """All pages as an ASGI application."""
    by_path: dict[str, dict[str, Callable[[Request], Awaitable[Response]]]] = {}
    for declared in (declared for site in SITES for declared in site.all):
        handlers = by_path.setdefault(declared.path, {})
        assert declared.method not in handlers, f"{declared.path} is declared twice"
        handlers[declared.method] = answering(house, declared)
    routes = [
        Route("/static/{mark}/{name}", static_files.static),
        Route("/media/{name}", static_files.picture),
    ]
    for path, handlers in by_path.items():
        for method, handler in handlers.items():
            routes.append(Route(path, handler, methods=[method]))
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(_Guarded),
            Middleware(GZipMiddleware, minimum_size=800, compresslevel=4),
        ],
        exception_handlers={HTTPException: _no_such_page},
    )
    app.state.house = house
    app.state.places = frozenset(by_path)
    return app


async def _no_such_page(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    house: House = request.app.state.house
    visit = Visit(request, house, session_of(house, request))
    return visit.show("missing.html", problem.status_code)
