"""Requests that share a transaction, or, where nothing is written, a connection and its statements.

While one batch is being committed the next gathers; nobody waits for a timer. Each request gets
its own answer or refusal. Should a batch fail as a whole, each of its requests is run alone, so
that one poisoned request never fails its neighbours.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tongshang.kernel.refusal import Refusal
from tongshang.runtime import once
from tongshang.runtime.call import NOBODY, Call, Caller, House
from tongshang.runtime.db import Tx, in_transaction
from tongshang.runtime.rpc import Asked, Endpoint, answers

BATCH_MAX: Final = 128


@dataclass(slots=True)
class _Waiting:
    endpoint: Endpoint
    asked: Asked[Any]
    ticket: once.Ticket
    answer: "asyncio.Future[Any]"


class Gatherer:
    """One lane of requests, answered in shared transactions, one batch after the other."""

    def __init__(self, house: House) -> None:
        """An empty lane."""
        self._house = house
        self._waiting: list[_Waiting] = []
        self._runner: asyncio.Task[None] | None = None

    async def ask(
        self, endpoint: Endpoint, caller: Caller, request: msgspec.Struct, key: str
    ) -> Any:
        """Wait for this request's own answer; raises its own refusal."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        ticket = once.Ticket.of(caller, endpoint.path, key, request)
        self._waiting.append(_Waiting(endpoint, Asked(caller, request), ticket, answer))
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
            try:
                given = await self._answer(batch)
            except Exception:  # noqa: BLE001 - whichever request it was fails alone below
                given = [await self._answer_alone(waiting) for waiting in batch]
            for waiting, one in zip(batch, given, strict=True):
                if waiting.answer.cancelled():
                    continue
                if isinstance(one, BaseException):
                    waiting.answer.set_exception(one)
                else:
                    waiting.answer.set_result(one)

    async def _answer_alone(self, waiting: _Waiting) -> Any:
        try:
            (one,) = await self._answer([waiting])
        except Exception as failure:  # noqa: BLE001 - it is this request's answer
            return failure
        return one

    async def _answer(self, batch: Sequence[_Waiting]) -> list[Any]:
        if all(waiting.endpoint.reads for waiting in batch):
            async with self._house.pool.acquire() as connection:
                call = Call(connection, self._house.clock.now(), NOBODY, self._house)
                given = await _answer_in(call, batch)
            call.committed()
            return given
        calls: list[Call] = []

        async def work(tx: Tx) -> list[Any]:
            call = Call(tx, self._house.clock.now(), NOBODY, self._house)
            calls[:] = [call]  # of several tries the last
            return await _answer_in(call, batch)

        given = await in_transaction(self._house.pool, work)
        calls[0].committed()
        return given


async def _answer_in(call: Call, batch: Sequence[_Waiting]) -> list[Any]:
    """One transaction's answers: known ones from their keys, the others from their handlers."""
    given: list[Any] = [None] * len(batch)
    earlier = await once.look_up(call.tx, [waiting.ticket for waiting in batch])
    first: dict[tuple[int, str], int] = {}
    todo: dict[str, list[int]] = {}
    twins: list[tuple[int, int]] = []
    for i, (waiting, known) in enumerate(zip(batch, earlier, strict=True)):
        ticket = waiting.ticket
        if isinstance(known, bytes):
            given[i] = msgspec.json.decode(known, type=waiting.endpoint.gives)
        elif known is not None:
            given[i] = known
        elif ticket.key and (ticket.owner_id, ticket.key) in first:
            twins.append((i, first[ticket.owner_id, ticket.key]))
        else:
            if ticket.key:
                first[ticket.owner_id, ticket.key] = i
            todo.setdefault(waiting.endpoint.path, []).append(i)
    for path in sorted(todo):
        places = todo[path]
        endpoint, asked = batch[places[0]].endpoint, [batch[i].asked for i in places]
        for i, one in zip(
            places, answers(endpoint, asked, await endpoint.handle(call, asked)), strict=True
        ):
            given[i] = one
    for i, leader in twins:
        same = batch[i].ticket == batch[leader].ticket
        given[i] = given[leader] if same else once.KeyUsedForAnother()
    done = [
        (batch[i].ticket, given[i])
        for places in todo.values()
        for i in places
        if not isinstance(given[i], Refusal)
    ]
    await once.keep(call.tx, done, call.at)
    return given
