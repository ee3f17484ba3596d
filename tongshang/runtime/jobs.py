"""Work after the commit: facts for listeners, jobs for later, and what runs on the clock.

A job is a row written in the transaction that wants it. A worker takes due rows of one kind in a
batch, handles them and deletes them in one transaction, so what a handler writes happens exactly
once. A batch that fails is tried row by row; a row that fails is tried again on its schedule and
then kept as dead, with its reason. Work that talks to the outside (`Errand`) is leased instead,
done without a transaction, and recorded afterwards: at least once.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

import msgspec

from tongshang.kernel.ids import Named
from tongshang.runtime import log, once
from tongshang.runtime.call import NOBODY, Call, Fact, House
from tongshang.runtime.clock import machine_now
from tongshang.runtime.db import Row, Tx, in_transaction, transaction

BUCKETS: Final = 32
BATCH: Final = 500
LEASE: Final = timedelta(seconds=60)
POLL_SECONDS: Final = 1.0
SETTLES: Final = timedelta(seconds=90)  # longer than a lease: a worker that died holds one
RETRIES: Final = tuple(timedelta(seconds=s) for s in (1, 10, 60, 300, 1800, 3600))


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do: `body` is its handler's, `owner_id` spreads jobs over buckets.

    With a `key` a second job of the same kind and key is dropped while the first one waits.
    """

    kind: str
    body: bytes
    run_at: datetime
    owner_id: int = 0
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A job taken to be done."""

    job_id: int
    bucket: int
    body: bytes
    attempts: int


Handle: TypeAlias = Callable[[Call, Sequence[Due]], Awaitable[None]]
RunErrand: TypeAlias = Callable[[House, Due], Awaitable["Outcome"]]


@dataclass(frozen=True, slots=True)
class Task:
    """How jobs of one kind are done. `in_order`: by one worker at a time, as they were written."""

    kind: str
    handle: Handle
    batch: int = BATCH
    retries: tuple[timedelta, ...] = RETRIES
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an errand ended: done (both None), to be run again at a time, or dead for a reason."""

    again_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """How jobs of one kind that talk to the outside are done, several at a time."""

    kind: str
    run: RunErrand
    batch: int = 50


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work on the clock, by one process about every `every`.

    `handle` says whether there is more to do: then it runs again as soon as other work has had
    its turn, in whichever process comes first.
    """

    name: str
    every: timedelta
    handle: Callable[[Call], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Works:
    """All the work that a process does beside answering."""

    tasks: tuple[Task, ...] = ()
    errands: tuple[Errand, ...] = ()
    periodics: tuple[Periodic, ...] = ()


# --- writing -----------------------------------------------------------------------------------

_ADD: Final = """
    insert into jobs (bucket, job_id, kind, key, body, run_at)
    select * from unnest(
        $1::smallint[], $2::bigint[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[]
    )
    on conflict (bucket, kind, key) where key is not null do nothing
"""


async def add(call: Call, jobs: Sequence[Job]) -> None:
    """Write jobs in the call's transaction."""
    if not jobs:
        return
    await call.tx.execute(
        _ADD,
        [job.owner_id % BUCKETS for job in jobs],
        call.take_ids(Named.JOB, len(jobs)),
        [job.kind for job in jobs],
        [job.key for job in jobs],
        [job.body for job in jobs],
        [job.run_at for job in jobs],
    )
    call.leaves_work = True


async def tell_listeners(call: Call, facts: Iterable[Fact]) -> None:
    """Write one job per fact and listener; a fact's owner is its `shop_id`, where it has one."""
    await add(
        call,
        [
            Job(
                kind=listener,
                body=msgspec.json.encode((type(fact).__name__, fact)),
                run_at=call.at,
                owner_id=getattr(fact, "shop_id", 0),
            )
            for fact in facts
            for listener in call.house.tells.listeners.get(type(fact), ())
        ],
    )


def listener(
    kind: str, facts: Sequence[type], hear: Callable[[Call, Sequence[Fact]], Awaitable[None]]
) -> Task:
    """A task that hands facts, decoded and in the order they were told, to `hear`."""
    known: dict[str, type] = {fact.__name__: fact for fact in facts}

    async def handle(call: Call, due: Sequence[Due]) -> None:
        heard: list[Fact] = []
        for job in due:
            name, body = msgspec.json.decode(job.body, type=tuple[str, msgspec.Raw])
            heard.append(msgspec.json.decode(body, type=known[name]))
        await hear(call, heard)

    return Task(kind, handle, in_order=True)


# --- doing -------------------------------------------------------------------------------------

_ONE_WORKER: Final = "select pg_try_advisory_xact_lock(7421, hashtext($1))"

_TAKE: Final = """
    select bucket, job_id, body, attempts from jobs
    where kind = $1 and not dead and run_at <= $2
      and (leased_until is null or leased_until < $3)
    order by run_at, job_id
    limit $4
    for update skip locked
"""

_LEASE: Final = """
    update jobs j set leased_until = $3
    from unnest($1::smallint[], $2::bigint[]) w(bucket, job_id)
    where j.bucket = w.bucket and j.job_id = w.job_id
"""

_DROP: Final = """
    delete from jobs j using unnest($1::smallint[], $2::bigint[]) w(bucket, job_id)
    where j.bucket = w.bucket and j.job_id = w.job_id
"""

_AGAIN: Final = """
    update jobs set attempts = attempts + 1, run_at = $3, dead = $4, error = $5, leased_until = null
    where bucket = $1 and job_id = $2
"""

_ANY_DUE: Final = """
    select exists (select from jobs where kind = any($1::text[]) and not dead and run_at <= $2)
"""

# Which kinds have work: one question instead of a transaction for each kind that has none.
_DUE_KINDS: Final = """
    select kind from unnest($1::text[]) kind
    where exists (
        select from jobs
        where jobs.kind = kind.kind and not dead and run_at <= $2
          and (leased_until is null or leased_until < $3)
    )
"""

_RAN: Final = "select name, ran_at from periodics"

_CLAIM: Final = """
    insert into periodics (name, ran_at) values ($1, $2)
    on conflict (name) do update set ran_at = excluded.ran_at
    where periodics.ran_at <= $3
    returning name
"""

# What has more to do does not wait for its time: whoever looks next goes on with it.
_GO_ON: Final = "update periodics set ran_at = least(ran_at, $2) where name = $1"


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many jobs of a kind wait, and how many gave up."""

    kind: str
    waiting: int
    dead: int


_BACKLOG: Final = """
    select kind, count(*) filter (where not dead) as waiting, count(*) filter (where dead) as dead
    from jobs group by kind order by kind
"""


async def backlog(tx: Tx) -> list[Backlog]:
    """What has not been done, by kind."""
    return [Backlog(*row) for row in await tx.fetch(_BACKLOG)]


async def work_once(house: House, works: Works) -> bool:
    """Do one batch of every kind of work that is due; whether there was any."""
    kinds = [task.kind for task in works.tasks] + [errand.kind for errand in works.errands]
    rows = await house.pool.fetch(_DUE_KINDS, kinds, house.clock.now(), machine_now())
    due = {row["kind"] for row in rows}
    did = False
    for task in works.tasks:
        if task.kind in due:
            did |= await _do_batch(house, task)
    for errand in works.errands:
        if errand.kind in due:
            did |= await _run_errands(house, errand)
    return did


async def tick(house: House, works: Works, *, at_once: bool = False) -> bool:
    """Run the periodic work whose time has come (`at_once`: all of it); whether more is left."""
    more = False
    # A claim writes even where it fails, so only what may be due is claimed.
    ran_at = {row["name"]: row["ran_at"] for row in await house.pool.fetch(_RAN)}
    for periodic in works.periodics:
        now = machine_now()
        since = now if at_once else now - periodic.every
        if periodic.name in ran_at and ran_at[periodic.name] > since:
            continue
        async with house.pool.acquire() as connection:
            if not await connection.fetchval(_CLAIM, periodic.name, now, since):
                continue

        async def work(tx: Tx, periodic: Periodic = periodic) -> tuple[bool, Call]:
            call = Call(tx, house.clock.now(), NOBODY, house)
            return await periodic.handle(call), call

        try:
            left, call = await in_transaction(house.pool, work)
        except Exception as failure:  # noqa: BLE001 - one periodic's failure stops no other
            log.write_failure(machine_now(), "periodic.failed", failure, name=periodic.name)
            continue
        call.committed()
        if left:
            await house.pool.execute(_GO_ON, periodic.name, machine_now() - periodic.every)
        more |= left or call.leaves_work
    return more


async def drain(house: House, works: Works, *, rounds_max: int = 10_000) -> None:
    """Do all work that is due on the platform's clock: for the sandbox, replays and tests."""
    for _ in range(rounds_max):
        did = await work_once(house, works)
        if not did and not await tick(house, works, at_once=True):
            return
    raise RuntimeError("work never ends: some job makes itself again")


async def settle(house: House, works: Works, *, within: timedelta = SETTLES) -> None:
    """As `drain`, and wait for what other workers have in hand."""
    kinds = [task.kind for task in works.tasks] + [errand.kind for errand in works.errands]
    until = machine_now() + within
    while True:
        await drain(house, works)
        if not await house.pool.fetchval(_ANY_DUE, kinds, house.clock.now()):
            return
        if machine_now() > until:
            raise RuntimeError(f"work is still due after {within}")
        await asyncio.sleep(0.05)


async def work(house: House, works: Works) -> None:
    """Work until cancelled: at once when a call leaves work, else about every second.

    Errands have a loop each of their own: one that waits for somebody outside holds up nobody.
    """
    inside = Works(works.tasks, periodics=works.periodics)
    wakes = [asyncio.Event() for _ in works.errands]
    async with asyncio.TaskGroup() as loops:
        loops.create_task(_keep_working(house, inside, house.work_waits, wakes))
        for errand, wake in zip(works.errands, wakes, strict=True):
            loops.create_task(_keep_working(house, Works(errands=(errand,)), wake))


async def _keep_working(
    house: House, works: Works, wake: asyncio.Event, others: Sequence[asyncio.Event] = ()
) -> None:
    """One loop of work; it clears its own event and passes each round on to `others`."""
    looked = 0.0
    while True:
        try:
            wake.clear()
            busy = await work_once(house, works)
            if works.periodics and time.monotonic() - looked >= POLL_SECONDS:
                left = await tick(house, works)
                looked = 0.0 if left else time.monotonic()
                busy |= left
        except Exception as failure:  # noqa: BLE001 - the worker outlives a lost connection
            log.write_failure(machine_now(), "worker.failed", failure)
            busy = False
            await asyncio.sleep(POLL_SECONDS)
        for other in others:
            other.set()
        if not busy:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), POLL_SECONDS)


def forgetful() -> Periodic:
    """The runtime's own periodic: forgets old idempotency keys."""

    async def handle(call: Call) -> bool:
        await once.forget(call.tx, call.at)
        return False

    return Periodic("runtime.forget", timedelta(hours=1), handle)


async def _take(tx: Tx, house: House, kind: str, limit: int) -> list[Due]:
    rows: list[Row] = await tx.fetch(_TAKE, kind, house.clock.now(), machine_now(), limit)
    return [Due(row["job_id"], row["bucket"], row["body"], row["attempts"]) for row in rows]


async def _do_batch(house: House, task: Task) -> bool:
    taken: list[Due] = []
    try:
        return bool(await _handle(house, task, task.batch, taken))
    except Exception as failure:  # noqa: BLE001 - found out row by row below
        if len(taken) == 1:
            await _put_off(house, task, taken[0], failure)
            return True
    for _ in taken:
        one: list[Due] = []
        try:
            await _handle(house, task, 1, one)
        except Exception as failure:  # noqa: BLE001 - this row's own failure
            await _put_off(house, task, one[0], failure)
    return True


async def _handle(house: House, task: Task, limit: int, taken: list[Due]) -> int:
    async with transaction(house.pool) as tx:
        if task.in_order and not await tx.fetchval(_ONE_WORKER, task.kind):
            return 0
        taken += await _take(tx, house, task.kind, limit)
        if not taken:
            return 0
        call = Call(tx, house.clock.now(), NOBODY, house)
        await task.handle(call, taken)
        await tx.execute(_DROP, [job.bucket for job in taken], [job.job_id for job in taken])
    call.committed()
    return len(taken)


async def _put_off(house: House, task: Task, job: Due, failure: BaseException) -> None:
    dead = job.attempts >= len(task.retries)
    wait = timedelta(0) if dead else task.retries[job.attempts]
    now = house.clock.now()
    async with transaction(house.pool) as tx:
        await tx.execute(_AGAIN, job.bucket, job.job_id, now + wait, dead, repr(failure)[:2000])
    log.write_failure(machine_now(), "job.dead" if dead else "job.put_off", failure, kind=task.kind)


async def _run_errands(house: House, errand: Errand) -> bool:
    async with transaction(house.pool) as tx:
        taken = await _take(tx, house, errand.kind, errand.batch)
        if not taken:
            return False
        buckets, ids = [job.bucket for job in taken], [job.job_id for job in taken]
        await tx.execute(_LEASE, buckets, ids, machine_now() + LEASE)
    outcomes: list[Any] = await asyncio.gather(
        *(errand.run(house, job) for job in taken), return_exceptions=True
    )
    async with transaction(house.pool) as tx:
        for job, outcome in zip(taken, outcomes, strict=True):
            await _record(tx, house, job, outcome)
    return True


async def _record(tx: Tx, house: House, job: Due, outcome: "Outcome | BaseException") -> None:
    if isinstance(outcome, BaseException):
        log.write_failure(machine_now(), "errand.failed", outcome, job_id=job.job_id)
        outcome = Outcome(again_at=house.clock.now() + RETRIES[-1], reason=repr(outcome)[:2000])
    if outcome.again_at is None and outcome.reason is None:
        await tx.execute(_DROP, [job.bucket], [job.job_id])
        return
    again = outcome.again_at or house.clock.now()
    await tx.execute(
        _AGAIN, job.bucket, job.job_id, again, outcome.again_at is None, outcome.reason
    )
