"""A visit: one request of a person with a browser, who they are, and what they may ask.

A page asks the same endpoints as a program would, in this process: `await visit.ask(path, …)`.
The session is a signed cookie; it holds who one is and in which language, and nothing secret.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tongshang.kernel.refusal import InvalidField, Kind, Refusal
from tongshang.runtime import crypto
from tongshang.runtime.call import SHOP_SCOPES, Caller, House, Scope
from tongshang.runtime.rpc import admit, perform
from tongshang.sites.shown import render

COOKIE: Final = "tongshang"
_YEAR_SECONDS: Final = 365 * 24 * 3600

Page: TypeAlias = Callable[["Visit"], Awaitable[Response]]


class FormTooOld(Refusal, code=9000020, kind=Kind.FORBIDDEN, zh="页面已过期，请返回刷新后重新提交"):
    """The page is too old or came from elsewhere; go back, reload it and send it again."""


class Session(msgspec.Struct, array_like=True):
    """Who visits, as the cookie tells: a role and the id that goes with it."""

    role: str = ""  # buyer, shop, promoter, operator
    owner_id: int = 0
    name: str = ""
    lang: str = "zh"
    nonce: str = ""


_SCOPES: Final = {
    "buyer": frozenset({Scope.PUBLIC, Scope.BUYER}),
    "shop": SHOP_SCOPES,
    "promoter": frozenset({Scope.PUBLIC, Scope.PROMOTER}),
    "operator": frozenset({Scope.PUBLIC, Scope.OPERATOR}),
}


@dataclass(slots=True)
class Visit:
    """One request of a person."""

    request: Request
    house: House
    session: Session
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def caller(self) -> Caller:
        """Who asks the endpoints for this person."""
        role, owner_id = self.session.role, self.session.owner_id
        if role not in _SCOPES:
            client = self.request.client
            return Caller(name=f"address {client.host if client else 'local'}")
        return Caller(
            name=f"{role} {owner_id}",
            scopes=_SCOPES[role],
            party_id=0 if role == "buyer" else owner_id,
            buyer_id=owner_id if role == "buyer" else 0,
        )

    async def ask(self, path: str, key: str = "", **fields: Any) -> Any:
        """What the endpoint at `path` answers this person; raises its refusal."""
        endpoint = self.house.registry.find(path)
        admit(endpoint, self.caller)
        try:
            request = msgspec.convert(fields, type=endpoint.takes, strict=False)
        except msgspec.ValidationError as problem:
            rule, _, place = str(problem).partition(" - at `$.")
            raise InvalidField(field=place.rstrip("`") or "form", rule=rule) from None
        return await perform(self.house, endpoint, self.caller, request, key)

    def show(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """A page made from `template`."""
        english = self.session.lang == "en"
        text = render(
            template,
            english=english,
            visit=self,
            session=self.session,
            form_token=self.form_token(),
            form_key=secrets.token_urlsafe(12),
            now=self.house.clock.now(),
            **context,
        )
        return HTMLResponse(text, status)

    def go(self, place: str) -> RedirectResponse:
        """On to another page, after something was done."""
        return RedirectResponse(place, status_code=303)

    def form_token(self) -> str:
        """What a form of ours carries and a foreign one cannot."""
        return crypto.sign(self.house.secret, "form", self.session.nonce.encode())

    def remember(self, response: Response, session: Session) -> Response:
        """The response, and from now on this session."""
        body = crypto.sign(self.house.secret, "session", msgspec.msgpack.encode(session))
        secure = self.request.url.scheme == "https"
        response.set_cookie(
            COOKIE, body, max_age=_YEAR_SECONDS, httponly=True, samesite="lax", secure=secure
        )
        return response


def session_of(house: House, request: Request) -> Session:
    """The session in the cookie; a fresh one where there is none, or it is not ours."""
    body = crypto.unsign(house.secret, "session", request.cookies.get(COOKIE, ""))
    if body is not None:
        try:
            return msgspec.msgpack.decode(body, type=Session)
        except msgspec.MsgspecError:
            pass
    return Session(nonce=secrets.token_urlsafe(12))


def page(house: House, handle: Page) -> Callable[[Request], Awaitable[Response]]:
    """`handle` as Starlette wants it: the visit made, forms checked, refusals shown."""

    async def answer(request: Request) -> Response:
        session = session_of(house, request)
        visit = Visit(request, house, session)
        try:
            if request.method == "POST":
                await _read_form(visit)
            response = await handle(visit)
        except Refusal as refusal:
            back = request.headers.get("referer", "/")
            response = visit.show("refused.html", int(refusal.kind), refusal=refusal, back=back)
        if COOKIE not in request.cookies and "set-cookie" not in response.headers:
            visit.remember(response, session)
        return response

    return answer


async def _read_form(visit: Visit) -> None:
    async with visit.request.form(max_fields=200) as form:
        visit.fields = {name: value for name, value in form.items() if isinstance(value, str)}
    if visit.fields.pop("form_token", "") != visit.form_token():
        raise FormTooOld
