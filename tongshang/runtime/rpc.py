"""Endpoints: declared where they are written, found by path, answered in one transaction each."""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar, get_type_hints

import msgspec

from tongshang.kernel.refusal import InvalidField, Kind, Refusal
from tongshang.runtime import once
from tongshang.runtime.call import Call, Caller, House, Scope, WrongCaller
from tongshang.runtime.db import Tx, in_transaction
from tongshang.runtime.streams import EventStream, Heard, Hearing, TooManyStreams, first_frames

Takes = TypeVar("Takes", bound=msgspec.Struct)
Gives = TypeVar("Gives", bound=msgspec.Struct)
Method: TypeAlias = Literal["GET", "POST"]
Handler: TypeAlias = Callable[[Call, Any], Awaitable[Any]]
Hears: TypeAlias = Callable[[Call, Any], Awaitable[Hearing]]


class UnknownPath(Refusal, code=40066, kind=Kind.NOT_FOUND, zh="没有这个接口：{path}"):
    """invalid url: there is no endpoint {path}"""


class NeedsGet(Refusal, code=43001, kind=Kind.WRONG_METHOD, zh="该接口只接受 GET 请求"):
    """require GET method"""


class NeedsPost(Refusal, code=43002, kind=Kind.WRONG_METHOD, zh="该接口只接受 POST 请求"):
    """require POST method"""


class BadData(Refusal, code=47001, kind=Kind.INVALID, zh="请求体不是合法的 JSON：{reason}"):
    """data format error: {reason}"""


class WireReply(msgspec.Struct):
    """What every wire endpoint answers first; extended by each answer's own fields."""

    errcode: int = 0
    errmsg: str = "ok"


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """A request without fields, on our own paths."""


class WireNothing(msgspec.Struct):
    """A request without fields on a wire path, where clients may send what they like beside."""


class Done(msgspec.Struct):
    """An answer of our own endpoints that has nothing to add."""

    done: bool = True


class Untouched(msgspec.Struct, forbid_unknown_fields=True):
    """A request as it came, for endpoints that verify a signature over it; names in lower case."""

    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Asked(Generic[Takes]):
    """One of the requests that share a transaction: who asks what."""

    caller: Caller
    request: Takes


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One way in: path, who may call, what it takes, gives and refuses.

    `reads` endpoints run without a transaction: each statement sees its own snapshot. An endpoint
    with a `lane` is answered together with what else waits in that lane (`runtime/gather.py`), be
    it written or read: its handler takes a sequence of `Asked` and gives as many answers or
    refusals. What a `secret` endpoint answers is never kept, not even for an Idempotency-Key.
    One that `hears` is a stream for who accepts `text/event-stream`; others poll it.
    """

    path: str
    method: Method
    needs: Scope
    takes: type[msgspec.Struct]
    gives: type[msgspec.Struct]
    refuses: tuple[type[Refusal], ...]
    handle: Handler
    reads: bool
    lane: str
    room: str
    secret: bool
    takes_file: bool
    file_max: int = 0
    hears: Hears | None = None

    @property
    def is_wire(self) -> bool:
        """Whether it speaks the store platform's protocol (else our own, under /v1)."""
        return not self.path.startswith("/v1/")

    @property
    def summary(self) -> str:
        """The public sentence: the handler's docstring."""
        return inspect.cleandoc(self.handle.__doc__ or "")


class Endpoints:
    """The endpoints of one room, in the order they are written."""

    def __init__(self, room: str) -> None:
        """`room` names the room in the contract."""
        self.room = room
        self.all: list[Endpoint] = []

    def __call__(
        self,
        method: Method,
        path: str,
        *,
        needs: Scope,
        refuses: tuple[type[Refusal], ...] = (),
        reads: bool = False,
        lane: str = "",
        secret: bool = False,
        file_max: int = 0,
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated handler as the endpoint `method path`.

        With `file_max` its field `media`, a `SentFile`, may have so many bytes: it is written to
        disk while it comes, and the request has no idempotency key.
        """

        def declare(handle: Handler) -> Handler:
            takes, gives = _signature(handle, together=bool(lane))
            self.all.append(
                Endpoint(
                    path,
                    method,
                    needs,
                    takes,
                    gives,
                    refuses,
                    handle,
                    reads,
                    lane,
                    self.room,
                    secret,
                    _takes_file(takes),
                    file_max,
                )
            )
            return handle

        return declare

    def stream(
        self, path: str, *, needs: Scope, refuses: tuple[type[Refusal], ...] = ()
    ) -> Callable[[Hears], Hears]:
        """Declare the decorated handler as the stream `GET path`.

        It checks who may hear what, without a transaction. A field `last_event_id` of its request
        is filled from the header of that name, which browsers send when they come back.
        """

        def declare(hears: Hears) -> Hears:
            hints = get_type_hints(hears)
            takes = next(hint for name, hint in hints.items() if name not in {"call", "return"})

            async def poll(call: Call, request: Any) -> Heard:
                hearing = await hears(call, request)
                return Heard(list(await hearing.catch_up(call)) if hearing.catch_up else [])

            poll.__doc__ = hears.__doc__
            self.all.append(
                Endpoint(
                    path, "GET", needs, takes, Heard, (*refuses, TooManyStreams), poll,
                    reads=True, lane="", room=self.room, secret=False, takes_file=False,
                    hears=hears,
                )
            )  # fmt: skip
            return hears

        return declare


def _signature(
    handle: Handler, *, together: bool
) -> tuple[type[msgspec.Struct], type[msgspec.Struct]]:
    hints = get_type_hints(handle)
    gives = hints.pop("return")
    takes = next(hint for name, hint in hints.items() if name != "call")
    if together:  # Sequence[Asked[Takes]] -> Sequence[Gives | Refusal]
        takes = takes.__args__[0].__args__[0]
        gives = gives.__args__[0].__args__[0]
    return takes, gives


def _takes_file(takes: type[msgspec.Struct]) -> bool:
    """Whether a file comes with the request: in its field `media`, of bytes."""
    return any(
        field.name == "media" and field.type is bytes for field in msgspec.structs.fields(takes)
    )


class Registry:
    """Every endpoint of the platform by path; a path belongs to one."""

    def __init__(self, rooms: Iterable[Endpoints]) -> None:
        """Refuses to start with a path declared twice or an endpoint that says nothing."""
        self._by_path: dict[str, Endpoint] = {}
        for endpoint in (endpoint for room in rooms for endpoint in room.all):
            if endpoint.path in self._by_path:
                raise TypeError(f"{endpoint.path} is declared twice")
            if not endpoint.summary:
                raise TypeError(f"{endpoint.path} says nothing of itself")
            self._by_path[endpoint.path] = endpoint

    def __iter__(self) -> Iterator[Endpoint]:
        """All endpoints, by path."""
        return iter(sorted(self._by_path.values(), key=lambda endpoint: endpoint.path))

    def find(self, path: str) -> Endpoint:
        """The endpoint at `path`."""
        endpoint = self._by_path.get(path)
        if endpoint is None:
            raise UnknownPath(path=path)
        return endpoint


def admit(endpoint: Endpoint, caller: Caller) -> None:
    """Refuse a caller without the scope, naming the permission set that is missing."""
    if endpoint.needs is not Scope.PUBLIC and endpoint.needs not in caller.scopes:
        raise WrongCaller(needs=endpoint.needs.value)


async def perform(
    house: House, endpoint: Endpoint, caller: Caller, request: msgspec.Struct, key: str = ""
) -> Any:
    """Answer one request of an admitted caller; raises the refusal that declines it.

    `key` is the caller's Idempotency-Key: the same key with the same request answers the same.
    """
    if endpoint.lane:
        key = "" if endpoint.reads else key
        return await house.lanes[endpoint.lane].ask(endpoint, caller, request, key)
    if endpoint.reads:
        async with house.pool.acquire() as connection:
            call = Call(connection, house.clock.now(), caller, house)
            answer = await endpoint.handle(call, request)
        call.committed()
        return answer
    key = "" if endpoint.secret or endpoint.file_max else key
    return await _perform_alone(house, endpoint, caller, request, key)


async def _perform_alone(
    house: House, endpoint: Endpoint, caller: Caller, request: msgspec.Struct, key: str
) -> Any:
    asked = once.Ticket.of(caller, endpoint.path, key, request)
    calls: list[Call] = []

    async def work(tx: Tx) -> Any:
        call = Call(tx, house.clock.now(), caller, house)
        calls[:] = [call]  # of several tries the last
        (earlier,) = await once.look_up(tx, (asked,))
        if isinstance(earlier, Refusal):
            raise earlier
        if earlier is not None:
            return msgspec.json.decode(earlier, type=endpoint.gives)
        answer = await endpoint.handle(call, request)
        await once.keep(tx, ((asked, answer),), call.at)
        return answer

    answer = await in_transaction(house.pool, work)
    calls[0].committed()
    return answer


async def hear(
    house: House, endpoint: Endpoint, caller: Caller, request: msgspec.Struct
) -> EventStream:
    """Open a stream for an admitted caller; raises the refusal that declines it."""
    assert endpoint.hears is not None
    async with house.pool.acquire() as connection:
        call = Call(connection, house.clock.now(), caller, house)
        hearing = await endpoint.hears(call, request)
        listener = house.streams.join(caller, hearing)
        try:
            first = await hearing.catch_up(call) if hearing.catch_up else ()
        except BaseException:
            house.streams.leave(listener)
            raise
    call.committed()
    return EventStream(house.streams, listener, first_frames(first))


def decode(endpoint: Endpoint, body: bytes) -> msgspec.Struct:
    """The request in `body`. Wire paths take numbers as strings and ignore unknown fields."""
    try:
        return msgspec.json.decode(body or b"{}", type=endpoint.takes, strict=not endpoint.is_wire)
    except msgspec.ValidationError as problem:
        raise _invalid(problem) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise BadData(reason=str(problem)) from None
    except RecursionError:
        raise BadData(reason="it is nested too deep") from None


def convert(endpoint: Endpoint, fields: Mapping[str, object]) -> msgspec.Struct:
    """The request in a query string or a form."""
    try:
        return msgspec.convert(fields, type=endpoint.takes, strict=False)
    except msgspec.ValidationError as problem:
        raise _invalid(problem) from None


def _invalid(problem: msgspec.ValidationError) -> InvalidField:
    text = str(problem)
    rule, _, place = text.partition(" - at `$")
    field = place.rstrip("`").lstrip(".")
    if "field `" in rule and ("missing required" in rule or "unknown field" in rule):
        name = rule.rsplit("`", 2)[1]
        field = f"{field}.{name}".lstrip(".")
        rule = "is missing" if "missing" in rule else "is unknown"
    return InvalidField(field=field or "body", rule=rule)


def answers(endpoint: Endpoint, asked: Sequence[Asked[Any]], given: Sequence[Any]) -> Sequence[Any]:
    """What a lane's handler gave, checked to be one answer or refusal per request."""
    assert len(given) == len(asked), f"{endpoint.path} owes an answer"
    return given
