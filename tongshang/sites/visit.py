"""A visit: one request of a person with a browser, who they are, and what they may ask.

A page asks the same endpoints as a program would, in this process: `await visit.ask(path, …)`.
The session is a signed cookie; it holds who one is and in which language, and nothing secret.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlsplit

import msgspec
from markupsafe import Markup
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tongshang.kernel.refusal import InvalidField, Kind, Refusal
from tongshang.runtime import crypto, log
from tongshang.runtime.call import (
    AGENCY_SCOPES,
    PROMOTER_SCOPES,
    SHOP_SCOPES,
    Caller,
    House,
    Scope,
)
from tongshang.runtime.clock import machine_now
from tongshang.runtime.files import SentFile
from tongshang.runtime.http import (
    BODY_BYTES_MAX,
    Broken,
    Message,
    Receive,
    Send,
    TooLarge,
    name_last_heard,
)
from tongshang.runtime.recall import Recall
from tongshang.runtime.rpc import admit, convert, hear, perform
from tongshang.runtime.session import COOKIE as COOKIE
from tongshang.runtime.session import Session as Session
from tongshang.runtime.session import seal, unseal
from tongshang.runtime.streams import EventStream
from tongshang.sites.shown import render

FORM_FIELDS_MAX: Final = 1_000
FILES_MAX: Final = 9
PART_BYTES_MAX: Final = 6 * 1024 * 1024
FORM_BYTES_MAX: Final = FILES_MAX * PART_BYTES_MAX + BODY_BYTES_MAX
LARGE_BYTES_MAX: Final = 51 * 1024 * 1024  # a video, and what a form has beside it
_TEXTS: Final = "sites.texts"
_TEXTS_MAX: Final = 1_000
# Nobody can write these into a page: what people write is escaped.
_TOKEN_HERE: Final = Markup("<form token>")
_KEY_HERE: Final = Markup("<form key>")
_YEAR_SECONDS: Final = 365 * 24 * 3600

Page: TypeAlias = Callable[["Visit"], Awaitable[Response]]


class FormTooOld(Refusal, code=9000020, kind=Kind.FORBIDDEN, zh="页面已过期，请返回刷新后重新提交"):
    """The page is too old or came from elsewhere; go back, reload it and send it again."""


_SCOPES: Final = {
    "buyer": frozenset({Scope.PUBLIC, Scope.BUYER}),
    "shop": SHOP_SCOPES,
    "promoter": PROMOTER_SCOPES,
    "agency": AGENCY_SCOPES,
    "operator": frozenset({Scope.PUBLIC, Scope.OPERATOR}),
}


@dataclass(slots=True)
class Visit:
    """One request of a person."""

    request: Request
    house: House
    session: Session
    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[bytes]] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    sent: dict[str, SentFile] = field(default_factory=dict)  # files of a large form, on disk

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

    @property
    def place(self) -> str:
        """The path and query of this page, to come back to."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    def leads(self, place: str) -> bool:
        """Whether there is a page at `place`, so that nothing points to what is not built in."""
        return place in self.request.app.state.places

    def asked(self, name: str, default: str = "") -> str:
        """A value from the address."""
        return self.request.query_params.get(name, default)

    def number(self, name: str, default: int = 0) -> int:
        """A whole number from the address; anything else is the default."""
        return _whole(self.asked(name), default)

    def whole(self, name: str, default: int = 0) -> int:
        """A whole number from the form; anything else is the default."""
        return _whole(self.fields.get(name, ""), default)

    def part(self, name: str) -> int:
        """The id in the path, as its route declares it."""
        value: int = self.request.path_params[name]
        return value

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

    async def hear(self, path: str, **fields: Any) -> Response:
        """The stream at `path`, for this person's page."""
        endpoint = self.house.registry.find(path)
        admit(endpoint, self.caller)
        name_last_heard(endpoint, fields, self.request.headers.get("last-event-id", ""))
        request = convert(endpoint, fields)
        return Heard(await hear(self.house, endpoint, self.caller, request))

    def show(self, template: str, code: int = 200, /, **context: Any) -> HTMLResponse:
        """A page made from `template`."""
        return HTMLResponse(self._text(template, self.form_token(), self._new_key(), context), code)

    def show_same(self, template: str, *shown: object, **context: Any) -> HTMLResponse:
        """A page that is the same text wherever `shown` is the same; made once, then recalled.

        Only for pages that tell no time. What a form carries is put in for each person.
        """
        told = (template, self.session.lang, self.session.role, self.place, *shown)
        key = hashlib.blake2b(msgspec.msgpack.encode(told), digest_size=16).hexdigest()
        recall: Recall[str] = self.house.memory.setdefault(_TEXTS, Recall(60.0, _TEXTS_MAX))
        text = recall.get(key)
        if text is None:
            text = self._text(template, _TOKEN_HERE, _KEY_HERE, context)
            recall.keep(key, template, text)
        text = text.replace(_TOKEN_HERE, self.form_token())
        return HTMLResponse(text.replace(_KEY_HERE, secrets.token_urlsafe(12)))

    def _text(self, template: str, token: str, key: str, context: dict[str, Any]) -> str:
        return render(
            template,
            english=self.session.lang == "en",
            visit=self,
            session=self.session,
            form_token=token,
            form_key=key,
            now=self.house.clock.now(),
            **context,
        )

    def _new_key(self) -> str:
        """A form's idempotency key: a new one, but for a form that is shown again."""
        return self.fields.get("form_key") or secrets.token_urlsafe(12)

    def go(self, place: str) -> RedirectResponse:
        """On to another page, after something was done."""
        return RedirectResponse(place, status_code=303)

    def go_back(self, default: str = "/") -> RedirectResponse:
        """On to the page that the form names, where it is one of ours."""
        return self.go(own_place(self.fields.get("next", ""), default))

    @property
    def form_key(self) -> str:
        """The idempotency key that came with the form: a double submit is one request."""
        return self.fields.get("form_key", "")

    def form_token(self) -> str:
        """What a form of ours carries and a foreign one cannot."""
        return crypto.sign(self.house.secret, "form", self.session.nonce.encode())

    def fresh(self) -> Session:
        """A session of nobody, in this person's language."""
        return Session(lang=self.session.lang, nonce=secrets.token_urlsafe(12))

    def remember(self, response: Response, session: Session) -> Response:
        """The response, and from now on this session."""
        body = seal(self.house.secret, session)
        secure = self.request.url.scheme == "https"
        response.set_cookie(
            COOKIE, body, max_age=_YEAR_SECONDS, httponly=True, samesite="lax", secure=secure
        )
        return response


class Heard(Response):
    """A stream as a page answers it: with the cookie, and headers as any page."""

    def __init__(
        self, stream: EventStream, headers: Sequence[tuple[bytes, bytes]] = EventStream.HEADERS
    ) -> None:
        """`headers` say what is streamed."""
        super().__init__()
        self._stream = stream
        self.raw_headers = list(headers)

    async def __call__(self, _scope: Message, receive: Receive, send: Send) -> None:
        await self._stream.send(receive, send, self.raw_headers)


def _whole(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else default


def own_place(place: str, default: str = "/") -> str:
    """`place` where it is a path of this site, so that nobody is sent elsewhere by our link."""
    parts = urlsplit(place)
    is_ours = place.startswith("/") and not parts.netloc and "\\" not in place
    return place if is_ours and not place.startswith("//") else default


def session_of(house: House, request: Request) -> Session:
    """The session in the cookie; a fresh one where there is none, or it is not ours."""
    session = unseal(house.secret, request.cookies.get(COOKIE, ""))
    if session is not None:
        return session
    return Session(nonce=secrets.token_urlsafe(12))


# --- pages as they are written and as Starlette wants them --------------------------------------


@dataclass(frozen=True, slots=True)
class Declared:
    """A page: where it is, and whose role one must have to see it."""

    method: str
    path: str
    role: str
    handle: Page
    cookieless: bool = False
    large: bool = False


class Pages:
    """The pages of one file, in the order they are written."""

    def __init__(self, role: str = "", *, cookieless: bool = False) -> None:
        """`role` is needed for all of them, unless a page says otherwise.

        `cookieless` pages, which others show in theirs, neither read a session nor leave one.
        """
        self._role = role
        self._cookieless = cookieless
        self.all: list[Declared] = []

    def get(self, path: str, role: str | None = None) -> Callable[[Page], Page]:
        """Declare the decorated function as the page at `path`."""
        return self._declare("GET", path, role)

    def post(
        self, path: str, role: str | None = None, *, large: bool = False
    ) -> Callable[[Page], Page]:
        """Declare the decorated function as what a form at `path` does.

        A `large` form brings a video: its files stay on disk, in `visit.sent`.
        """
        return self._declare("POST", path, role, large=large)

    def _declare(
        self, method: str, path: str, role: str | None, *, large: bool = False
    ) -> Callable[[Page], Page]:
        def declare(handle: Page) -> Page:
            needs = self._role if role is None else role
            self.all.append(Declared(method, path, needs, handle, self._cookieless, large))
            return handle

        return declare


def answering(house: House, declared: Declared) -> Callable[[Request], Awaitable[Response]]:
    """The page as Starlette wants it: the visit made, forms checked, refusals shown."""

    async def answer(request: Request) -> Response:
        if declared.cookieless:
            return await _answer(Visit(request, house, Session()), declared)
        if request.method == "POST":
            limit = LARGE_BYTES_MAX if declared.large else FORM_BYTES_MAX
            request = Request(request.scope, _at_most(request.receive, limit))
        visit = Visit(request, house, session_of(house, request))
        response = await _answer(visit, declared)
        if COOKIE not in request.cookies and "set-cookie" not in response.headers:
            visit.remember(response, visit.session)
        return response

    return answer


async def _answer(visit: Visit, declared: Declared) -> Response:
    try:
        if declared.large:
            if visit.session.role != declared.role:
                return _ask_who(visit, declared.role)
            return await _with_large_form(visit, declared)
        if declared.method == "POST":
            await _read_form(visit)
        if declared.role and visit.session.role != declared.role:
            return _ask_who(visit, declared.role)
        return await declared.handle(visit)
    except Refusal as refusal:
        return refused(visit, refusal)
    except HTTPException:
        raise
    except Exception as failure:  # noqa: BLE001 - the person gets a sentence, the log the reason
        rid = log.new_rid(machine_now())
        log.write_failure(machine_now(), "page.failed", failure, path=declared.path, rid=rid)
        return visit.show("refused.html", 500, refusal=Broken(), back="/", rid=rid)


def refused(visit: Visit, refusal: Refusal) -> Response:
    """The page that says no, and leads on."""
    referer = urlsplit(visit.request.headers.get("referer", ""))
    is_ours = referer.netloc == visit.request.url.netloc and referer.path != visit.request.url.path
    back = referer.path + (f"?{referer.query}" if referer.query else "") if is_ours else "/"
    return visit.show("refused.html", int(refusal.kind), refusal=refusal, back=back, rid="")


def _ask_who(visit: Visit, role: str) -> Response:
    place = (
        visit.place if visit.request.method == "GET" else own_place(visit.fields.get("next", ""))
    )
    return visit.go(f"/personas?role={role}&next={quote(place, safe='')}")


async def _read_form(visit: Visit) -> None:
    form = visit.request.form(
        max_files=FILES_MAX, max_fields=FORM_FIELDS_MAX, max_part_size=PART_BYTES_MAX
    )
    async with form as read:
        for name, value in read.multi_items():
            if isinstance(value, UploadFile):
                body = await value.read(PART_BYTES_MAX + 1)
                if body:
                    visit.files.setdefault(name, []).append(body)
            else:
                visit.fields[name] = value
                visit.lists.setdefault(name, []).append(value)
    _check_token(visit)


async def _with_large_form(visit: Visit, declared: Declared) -> Response:
    """Read a form whose file stays on disk until the page has answered."""
    form = visit.request.form(max_files=1, max_fields=FORM_FIELDS_MAX)
    async with form as read:
        for name, value in read.multi_items():
            if not isinstance(value, UploadFile):
                visit.fields[name] = value
            elif value.size:
                visit.sent[name] = SentFile(value.file, value.size)
        _check_token(visit)
        return await declared.handle(visit)


def _check_token(visit: Visit) -> None:
    if visit.fields.pop("form_token", "") != visit.form_token():
        raise FormTooOld


def _at_most(receive: Receive, limit: int) -> Receive:
    """The same request, which refuses to go on after `limit` bytes."""
    size = 0

    async def limited() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise TooLarge(limit=limit)
        return message

    return limited
