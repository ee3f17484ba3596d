"""A call: who asks, when, and the transaction in which it is answered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tongshang.kernel.ids import Named
from tongshang.kernel.refusal import Kind, Refusal
from tongshang.runtime.clock import Clock
from tongshang.runtime.ids import Ids
from tongshang.runtime.limits import CALLS_PER_DAY, CALLS_PER_MINUTE, Limits
from tongshang.runtime.session import Session
from tongshang.runtime.streams import Said, Streams

if TYPE_CHECKING:
    from tongshang.runtime.db import Pool, Tx
    from tongshang.runtime.gather import Gatherer
    from tongshang.runtime.jobs import Works
    from tongshang.runtime.rpc import Registry


class Scope(StrEnum):
    """What a caller may do. The numbers are permission sets of the reference (section 1)."""

    PUBLIC = "public"
    BUYER = "buyer"
    SHOP = "shop"
    PRODUCT = "129"
    ORDER = "131"
    FUNDS = "138"
    LEAGUE = "141"
    WINDOW = "189"
    COMMISSION = "190"
    PROMOTER = "promoter"
    AGENCY = "agency"
    OPERATOR = "operator"


SHOP_SCOPES: Final = frozenset(
    {Scope.PUBLIC, Scope.SHOP, Scope.PRODUCT, Scope.ORDER, Scope.FUNDS, Scope.LEAGUE}
)
PROMOTER_SCOPES: Final = frozenset({Scope.PUBLIC, Scope.PROMOTER, Scope.WINDOW, Scope.COMMISSION})
AGENCY_SCOPES: Final = frozenset({Scope.PUBLIC, Scope.AGENCY})


class WrongCaller(Refusal, code=48001, kind=Kind.FORBIDDEN, zh="没有权限：该接口需要权限“{needs}”"):
    """api unauthorized: this call needs the permission set {needs}"""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `party_id` is the shop's, promoter's or platform's; `buyer_id` a person's."""

    name: str
    scopes: frozenset[Scope] = frozenset({Scope.PUBLIC})
    party_id: int = 0
    buyer_id: int = 0
    appid: str = ""
    calls_per_minute: int = CALLS_PER_MINUTE
    calls_per_day: int = CALLS_PER_DAY
    agent: str = ""  # of who shows no token: the User-Agent, and the session of a browser
    session: Session | None = None

    @property
    def owner_id(self) -> int:
        """Whose requests these are, for idempotency."""
        return self.party_id or self.buyer_id


NOBODY: Final = Caller(name="nobody")

Fact: TypeAlias = Any  # a frozen dataclass of some room's events.py
Reaction: TypeAlias = Callable[["Call", Sequence[Fact]], Awaitable[None]]
Post: TypeAlias = Callable[["Call", Sequence[Fact]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Tells:
    """Who reacts to a fact in the same transaction, and which listeners hear it after the commit.

    Listeners are named by the task that delivers to them; `post` writes what they will hear
    (`runtime/jobs.py`).
    """

    post: Post
    reactions: Mapping[type, tuple[Reaction, ...]] = field(default_factory=dict)
    listeners: Mapping[type, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class House:
    """The platform as one process runs it; put together in `app.py`."""

    pool: "Pool"
    clock: Clock
    ids: Ids
    secret: bytes
    home: Path
    registry: "Registry"
    tells: Tells
    limits: Limits = field(default_factory=Limits)
    streams: Streams = field(default_factory=Streams)
    lanes: dict[str, "Gatherer"] = field(default_factory=dict)
    work_waits: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = "http://127.0.0.1:8000"  # where people and other people's software reach us
    is_public: bool = False  # the address was set, and does not follow from where we are asked
    demo: bool = False  # a platform to try: its clock can be moved and its secrets read
    works: "Works | None" = None  # its work beside answering, for those who wait till it is done
    memory: dict[str, Any] = field(default_factory=dict)  # what rooms remember in this process


@dataclass(slots=True)
class Call:
    """One call, in one transaction. `at` is the platform's time for all of it."""

    tx: "Tx"
    at: datetime
    caller: Caller
    house: House
    leaves_work: bool = False
    said: list[Said] | None = None  # to streams, once it is committed (`house.streams.publish`)

    @property
    def shop_id(self) -> int:
        """The shop that calls; only endpoints that need a shop's scope ask."""
        if Scope.SHOP not in self.caller.scopes:
            raise WrongCaller(needs=Scope.SHOP.value)
        return self.caller.party_id

    @property
    def buyer_id(self) -> int:
        """The buyer who calls; only endpoints that need a buyer ask."""
        if not self.caller.buyer_id:
            raise WrongCaller(needs=Scope.BUYER.value)
        return self.caller.buyer_id

    def take_id(self, named: Named) -> int:
        """A new id."""
        return self.house.ids.take(named)

    def take_ids(self, named: Named, count: int) -> list[int]:
        """`count` new ids, rising."""
        return self.house.ids.block(named, count)

    def committed(self) -> None:
        """What begins now that the call is committed: its work wakes, and streams tell of it."""
        if self.leaves_work:
            self.house.work_waits.set()
        if self.said:
            self.house.streams.tell(self.said)

    async def tell(self, *facts: Fact) -> None:
        """Say what happened: rooms above react now, listeners hear after the commit.

        Facts of one kind reach a reaction together, so that a batch stays a batch.
        """
        by_kind: dict[type, list[Fact]] = {}
        for fact in facts:
            by_kind.setdefault(type(fact), []).append(fact)
        for kind, same in by_kind.items():
            for react in self.house.tells.reactions.get(kind, ()):
                await react(self, same)
        await self.house.tells.post(self, facts)
