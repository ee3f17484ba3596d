"""Endpoints over HTTP: bytes in, one call, bytes out; the only place where a no becomes a reply."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, MutableMapping
from dataclasses import replace
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import msgspec

from tongshang.kernel.refusal import Kind, Refusal
from tongshang.runtime import log
from tongshang.runtime.call import Caller, House
from tongshang.runtime.clock import machine_now
from tongshang.runtime.files import close_files
from tongshang.runtime.form import read_fields, read_large
from tongshang.runtime.pictures import home_of, inward, outward
from tongshang.runtime.rpc import (
    Endpoint,
    NeedsGet,
    NeedsPost,
    Untouched,
    admit,
    convert,
    decode,
    hear,
    perform,
)
from tongshang.runtime.session import cookie_in, unseal
from tongshang.runtime.streams import EventStream

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]
Authenticate: TypeAlias = Callable[[House, str], Awaitable[Caller]]

BODY_BYTES_MAX: Final = 2 * 1024 * 1024
FILE_BYTES_MAX: Final = 10 * 1024 * 1024
FORM_BYTES: Final = 64 * 1024  # what a form with a large file may have beside it
# Paths of the wire protocol: what is asked for under them and unknown is an endpoint, not a page.
WIRE_PREFIXES: Final = ("/channels/", "/cgi-bin/", "/shop/", "/v1/")


class TooLarge(Refusal, code=45002, kind=Kind.TOO_LARGE, zh="请求体超过 {limit} 字节"):
    """content size out of limit ({limit} bytes)"""


class EmptyBody(Refusal, code=44002, kind=Kind.INVALID, zh="请求体为空"):
    """empty post data"""


class Broken(Refusal, code=-1, kind=Kind.BROKEN, zh="系统繁忙，请稍后再试"):
    """system error, please try again"""


class OwnRefusal(msgspec.Struct):
    """How our own endpoints say no."""

    code: int
    message: str
    message_zh: str
    details: dict[str, str | int | bool | None]
    rid: str


_encode = msgspec.json.Encoder().encode


class Wire:
    """The ASGI application: endpoints here, all other paths by `pages`."""

    def __init__(
        self, house: House, pages: App, by_access_token: Authenticate, by_bearer: Authenticate
    ) -> None:
        """The two functions recognise a caller by a wire token and by a bearer token."""
        self._house = house
        self._pages = pages
        self._by_access_token = by_access_token
        self._by_bearer = by_bearer

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not scope["path"].startswith(WIRE_PREFIXES):
            await self._pages(scope, receive, send)
            return
        status, body = await self._answer(scope, receive)
        if isinstance(body, EventStream):
            await body.send(receive, send)
            return
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [
                    (b"content-type", b"application/json; charset=utf-8"),
                    (b"content-length", str(len(body)).encode()),
                    (b"cache-control", b"no-store"),
                    (b"x-content-type-options", b"nosniff"),
                    (b"cross-origin-resource-policy", b"same-origin"),
                ],
            }
        )
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Message, receive: Receive) -> tuple[int, bytes | EventStream]:
        path: str = scope["path"]
        try:
            endpoint = self._house.registry.find(path)
            answer = await self._call(endpoint, scope, receive)
            if isinstance(answer, EventStream):
                return 200, answer
            body = _encode(answer)
            return 200, outward(body, self._home(scope)) if endpoint.is_wire else body
        except Refusal as refusal:
            return self._refused(path, refusal)
        except Exception as failure:  # noqa: BLE001 - the caller gets -1, the log the reason
            rid = log.new_rid(machine_now())
            log.write_failure(machine_now(), "call.failed", failure, path=path, rid=rid)
            return self._refused(path, Broken(), rid)

    async def _call(self, endpoint: Endpoint, scope: Message, receive: Receive) -> Any:
        if scope["method"] != endpoint.method:
            raise NeedsGet if endpoint.method == "GET" else NeedsPost
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if endpoint.is_wire:
            caller = await self._wire_caller(endpoint, scope, query.pop("access_token", ""))
        else:
            caller = await self._bearer(endpoint, scope, headers)
        self._house.limits.count(
            caller.name, machine_now(), caller.calls_per_minute, caller.calls_per_day
        )
        admit(endpoint, caller)
        if endpoint.hears is not None:
            name_last_heard(endpoint, query, headers.get(b"last-event-id", b"").decode("latin-1"))
            if b"text/event-stream" in headers.get(b"accept", b""):
                return await hear(self._house, endpoint, caller, convert(endpoint, query))
        ours = {urlsplit(home).netloc for home in (self._home(scope), self._house.address)}
        request = await _request(endpoint, query, headers, receive, ours)
        key = headers.get(b"idempotency-key", b"").decode("latin-1")
        try:
            return await perform(self._house, endpoint, caller, request, key)
        finally:
            close_files(request)

    def _home(self, scope: Message) -> str:
        """Where programs of the wire find what we keep: what is set, else where they asked."""
        if self._house.is_public:
            return self._house.address
        host = next((text for name, text in scope["headers"] if name == b"host"), b"")
        return home_of(scope.get("scheme", "http"), host.decode("latin-1"), self._house.address)

    async def _wire_caller(self, endpoint: Endpoint, scope: Message, token: str) -> Caller:
        if endpoint.needs == "public":
            return _anybody(scope)
        return await self._by_access_token(self._house, token)

    async def _bearer(
        self, endpoint: Endpoint, scope: Message, headers: dict[bytes, bytes]
    ) -> Caller:
        kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if kind.lower() == "bearer" and token:
            return await self._by_bearer(self._house, token)
        if endpoint.needs == "public":
            cookie = cookie_in(headers.get(b"cookie", b"").decode("latin-1"))
            return replace(
                _anybody(scope),
                agent=headers.get(b"user-agent", b"").decode("latin-1"),
                session=unseal(self._house.secret, cookie),
            )
        return await self._by_bearer(self._house, "")

    def _refused(self, path: str, refusal: Refusal, rid: str = "") -> tuple[int, bytes]:
        rid = rid or log.new_rid(machine_now())
        if path.startswith("/v1/"):
            body = OwnRefusal(
                refusal.code, refusal.message(), refusal.message_zh(), refusal.details, rid
            )
            return int(refusal.kind), _encode(body)
        message = f"{refusal.message()} rid: {rid}"
        return 200, _encode({"errcode": refusal.code, "errmsg": message})


def name_last_heard(endpoint: Endpoint, query: dict[str, str], number: str) -> None:
    """Put the number that a browser names when it comes back where the endpoint looks for it."""
    takes_it = any(
        field.name == "last_event_id" for field in msgspec.structs.fields(endpoint.takes)
    )
    if takes_it and number.isascii() and number.isdecimal():
        query["last_event_id"] = number


def _anybody(scope: Message) -> Caller:
    client = scope.get("client") or ("local", 0)
    return Caller(name=f"address {client[0]}")


async def _request(
    endpoint: Endpoint,
    query: dict[str, str],
    headers: dict[bytes, bytes],
    receive: Receive,
    ours: Collection[str],
) -> msgspec.Struct:
    if endpoint.method == "GET":
        return convert(endpoint, query)
    content_type = headers.get(b"content-type", b"").decode("latin-1")
    if endpoint.file_max and content_type.lower().startswith("multipart/form-data"):
        limit = endpoint.file_max + FORM_BYTES
        _check_length(headers, limit)
        fields = await read_large(content_type, chunks(receive, limit), query)
        return convert(endpoint, fields)
    body = await _body(endpoint, headers, receive)
    if issubclass(endpoint.takes, Untouched):
        named = {name.decode("latin-1"): text.decode("latin-1") for name, text in headers.items()}
        return endpoint.takes(named, body)
    if endpoint.takes_file:
        return convert(endpoint, await read_fields(content_type, body, query))
    return decode(endpoint, inward(body, ours) if endpoint.is_wire else body)


def _check_length(headers: dict[bytes, bytes], limit: int) -> None:
    if int(headers.get(b"content-length", b"0") or b"0") > limit:
        raise TooLarge(limit=limit)


async def chunks(receive: Receive, limit: int) -> AsyncGenerator[bytes, None]:
    """A request's body as it comes; refuses one of more than `limit` bytes."""
    size = 0
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge(limit=limit)
        yield part
        if not message.get("more_body", False):
            return


async def _body(endpoint: Endpoint, headers: dict[bytes, bytes], receive: Receive) -> bytes:
    limit = FILE_BYTES_MAX if endpoint.takes_file else BODY_BYTES_MAX
    _check_length(headers, limit)
    body = b"".join([part async for part in chunks(receive, limit)])
    if not body and any(field.required for field in msgspec.structs.fields(endpoint.takes)):
        raise EmptyBody
    return body
