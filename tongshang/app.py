"""The platform put together: the only file that knows every room.

Three tables say how the rooms hang together: who answers (ROOMS), who reacts in the same
transaction (REACTIONS), who hears after the commit and what is done later (LISTENERS, WORKS).
"""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tongshang.modules.aftersale import endpoints as aftersale
from tongshang.modules.aftersale import jobs as aftersale_jobs
from tongshang.modules.aftersale import reactions as aftersale_reactions
from tongshang.modules.aftersale.events import AftersaleMoved
from tongshang.modules.catalog import endpoints as catalog
from tongshang.modules.catalog import reactions as catalog_reactions
from tongshang.modules.catalog.jobs import TASKS as CATALOG_TASKS
from tongshang.modules.compass import endpoints as compass
from tongshang.modules.compass import jobs as compass_jobs
from tongshang.modules.delivery import endpoints as delivery
from tongshang.modules.discounts import endpoints as discounts
from tongshang.modules.discounts import jobs as discounts_jobs
from tongshang.modules.discovery import endpoints as discovery
from tongshang.modules.discovery import jobs as discovery_jobs
from tongshang.modules.funds import endpoints as funds
from tongshang.modules.funds import jobs as funds_jobs
from tongshang.modules.funds import reactions as funds_reactions
from tongshang.modules.gifting import endpoints as gifting
from tongshang.modules.gifting import jobs as gifting_jobs
from tongshang.modules.gifting import reactions as gifting_reactions
from tongshang.modules.gifting.events import PortionDonated
from tongshang.modules.governance.events import ProductRestricted
from tongshang.modules.identity import endpoints as identity
from tongshang.modules.identity.api import caller_by_access_token, caller_by_bearer
from tongshang.modules.league import endpoints as league
from tongshang.modules.league import jobs as league_jobs
from tongshang.modules.links import endpoints as links
from tongshang.modules.links import reactions as links_reactions
from tongshang.modules.links.events import ContentLinkOpened
from tongshang.modules.live import endpoints as live
from tongshang.modules.live import jobs as live_jobs
from tongshang.modules.live import reactions as live_reactions
from tongshang.modules.media import endpoints as media
from tongshang.modules.ordering import endpoints as ordering
from tongshang.modules.ordering import jobs as ordering_jobs
from tongshang.modules.ordering import reactions as ordering_reactions
from tongshang.modules.ordering.events import (
    GiftAccepted,
    OrderClosed,
    OrderPaid,
    OrderReceived,
    OrderShipped,
)
from tongshang.modules.packets import endpoints as packets
from tongshang.modules.packets import jobs as packets_jobs
from tongshang.modules.packets import reactions as packets_reactions
from tongshang.modules.partners import endpoints as partners
from tongshang.modules.partners import jobs as partners_jobs
from tongshang.modules.partners import reactions as partners_reactions
from tongshang.modules.payment import endpoints as payment
from tongshang.modules.payment import jobs as payment_jobs
from tongshang.modules.payment.events import (
    PaymentTaken,
    RefundDone,
    RefundFailed,
    TransferDone,
    TransferFailed,
    TransferReturned,
)
from tongshang.modules.push import endpoints as push
from tongshang.modules.push.jobs import deliveries, hearing
from tongshang.modules.sandbox import endpoints as sandbox
from tongshang.modules.search import endpoints as search
from tongshang.modules.search import jobs as search_jobs
from tongshang.modules.settlement import endpoints as settlement
from tongshang.modules.settlement import jobs as settlement_jobs
from tongshang.modules.settlement import reactions as settlement_reactions
from tongshang.modules.social import endpoints as social
from tongshang.modules.statements import endpoints as statements
from tongshang.modules.statements import jobs as statements_jobs
from tongshang.modules.surfaces import endpoints as surfaces
from tongshang.modules.surfaces import jobs as surfaces_jobs
from tongshang.modules.surfaces.events import (
    ContentChanged,
    ContentPublished,
    ContentRemoved,
    SharedCardOpened,
)
from tongshang.runtime import http, jobs, platform, streams
from tongshang.runtime.call import House, Reaction, Tells
from tongshang.runtime.clock import Clock
from tongshang.runtime.db import Connection, Pool, hold_worker_number, open_pool
from tongshang.runtime.gather import Gatherer
from tongshang.runtime.ids import Ids
from tongshang.runtime.rpc import Endpoints, Registry
from tongshang.sites.app import pages

# Who answers: a line a room, lowest floor first.
ROOMS: Final[tuple[Endpoints, ...]] = (
    identity.ENDPOINTS,
    media.ENDPOINTS,
    *catalog.ENDPOINTS,
    discounts.ENDPOINTS,
    *league.ENDPOINTS,
    *surfaces.ENDPOINTS,
    *links.ENDPOINTS,
    *live.ENDPOINTS,
    *social.ENDPOINTS,
    delivery.ENDPOINTS,
    payment.ENDPOINTS,
    *ordering.ENDPOINTS,
    aftersale.ENDPOINTS,
    packets.ENDPOINTS,
    *gifting.ENDPOINTS,
    *settlement.ENDPOINTS,
    *funds.ENDPOINTS,
    *partners.ENDPOINTS,
    *statements.ENDPOINTS,
    compass.ENDPOINTS,
    *discovery.ENDPOINTS,
    search.ENDPOINTS,
    push.ENDPOINTS,
    sandbox.ENDPOINTS,
)

# Who reacts to a fact in the same transaction; if one refuses, nothing happened.
REACTIONS: Final[Mapping[type, tuple[Reaction, ...]]] = {
    ContentLinkOpened: (partners_reactions.credit,),
    SharedCardOpened: (links_reactions.note_openings,),
    ContentPublished: (live_reactions.open_rooms,),
    ContentChanged: (live_reactions.postpone,),
    ContentRemoved: (live_reactions.close_rooms,),
    ProductRestricted: (catalog_reactions.note_restrictions,),
    # Orders before their money, so that rows are locked in the house's order.
    PaymentTaken: (
        ordering_reactions.take_payments,
        gifting_reactions.take_payments,
        packets_reactions.take_payments,
        settlement_reactions.take_payments,
    ),
    AftersaleMoved: (gifting_reactions.tell_givers,),
    GiftAccepted: (settlement_reactions.note_accepted,),
    OrderPaid: (settlement_reactions.open_settlements,),
    OrderShipped: (settlement_reactions.note_shipped,),
    OrderReceived: (settlement_reactions.open_windows,),
    OrderClosed: (settlement_reactions.note_closed,),
    PortionDonated: (settlement_reactions.donate,),
    RefundDone: (
        aftersale_reactions.finish_refunds,
        gifting_reactions.finish_refunds,
        packets_reactions.finish_refunds,
        settlement_reactions.give_back,
    ),
    RefundFailed: (
        aftersale_reactions.note_failures,
        gifting_reactions.note_failures,
        packets_reactions.note_failures,
    ),
    TransferDone: (packets_reactions.finish_transfers, funds_reactions.arrive),
    TransferFailed: (packets_reactions.return_portions, funds_reactions.fail),
    TransferReturned: (funds_reactions.take_returned,),
}

# Which listener (a task's kind) hears which fact after the commit.
_HEARERS: Final = (
    (hearing.HEAR.kind, hearing.FACTS),
    (league_jobs.HEAR.kind, league_jobs.FACTS),
    (ordering_jobs.SALES.kind, ordering_jobs.SALES_FACTS),
    (settlement_jobs.COMMISSIONS.kind, settlement_jobs.FACTS),
    (compass_jobs.TRADE.kind, compass_jobs.FACTS),
    (compass_jobs.CROWD.kind, compass_jobs.CROWD_FACTS),
    (search_jobs.HEAR.kind, search_jobs.FACTS),
    (partners_jobs.ORDERS.kind, partners_jobs.FACTS),
    (discovery_jobs.POSTS.kind, discovery_jobs.FACTS),
)
LISTENERS: Final[Mapping[type, tuple[str, ...]]] = {
    fact: tuple(kind for kind, heard in _HEARERS if fact in heard)
    for _, facts in _HEARERS
    for fact in facts
}

# What is done after the commit and on the clock.
WORKS: Final = jobs.Works(
    tasks=(
        *CATALOG_TASKS,
        *gifting_jobs.TASKS,
        packets_jobs.POSTS,
        payment_jobs.NOTICES,
        payment_jobs.FOUND,
        payment_jobs.RETURNED,
        hearing.HEAR,
        league_jobs.HEAR,
        ordering_jobs.SALES,
        settlement_jobs.COMMISSIONS,
        compass_jobs.TRADE,
        compass_jobs.CROWD,
        compass_jobs.FORGET,
        *statements_jobs.TASKS,
        search_jobs.HEAR,
        discovery_jobs.POSTS,
        partners_jobs.ORDERS,
    ),
    errands=(deliveries.VERIFY, deliveries.DELIVER),
    periodics=(
        jobs.forgetful(),
        discounts_jobs.END,
        live_jobs.CLOCK,
        league_jobs.STANDARD,
        surfaces_jobs.PUBLISH,
        payment_jobs.RECONCILE,
        payment_jobs.RETRY,
        ordering_jobs.EXPIRE,
        ordering_jobs.RECEIVE,
        ordering_jobs.LAPSE_CHANGES,
        aftersale_jobs.LAPSER,
        *gifting_jobs.PERIODICS,
        *packets_jobs.PERIODICS,
        settlement_jobs.SETTLER,
        settlement_jobs.STANDINGS,
        funds_jobs.EXPIRE,
        *statements_jobs.PERIODICS,
        compass_jobs.DAYS,
        compass_jobs.ROLL_UP,
        search_jobs.MERIT,
        discovery_jobs.HEAT,
    ),
)

LANES: Final = ("orders", "products", "events", "gifts", "live")


@dataclass(frozen=True, slots=True)
class Opened:
    """A running platform: the house, and the work it does beside answering."""

    house: House
    works: jobs.Works


@contextlib.asynccontextmanager
async def open_house(
    dsn: str,
    home: Path,
    address: str = "http://127.0.0.1:8000",
    *,
    connections: int = 10,
    demo: bool = False,
    is_public: bool = False,
) -> AsyncIterator[Opened]:
    """The platform on a migrated database, until the block ends."""
    pool = await open_pool(dsn, connections)
    try:
        async with pool.acquire() as connection:  # held: the worker number lives with it
            house = await _house(pool, connection, home, address, demo=demo)
            house.is_public = is_public
            house.lanes.update({lane: Gatherer(house) for lane in LANES})
            async with (
                platform.hearing_of_time(connection, house.clock),
                streams.joined(house.streams, connection),
            ):
                yield Opened(house, WORKS)
    finally:
        await pool.close()


async def _house(
    pool: Pool, connection: Connection, home: Path, address: str, *, demo: bool
) -> House:
    return House(
        pool=pool,
        clock=Clock(await platform.clock_offset(connection)),
        ids=Ids(await hold_worker_number(connection)),
        secret=await platform.secret(connection),
        home=home,
        # The sandbox tells secrets: on a platform in earnest its paths do not exist.
        registry=Registry(room for room in ROOMS if demo or room is not sandbox.ENDPOINTS),
        tells=Tells(jobs.tell_listeners, REACTIONS, LISTENERS),
        address=address,
        demo=demo,
        works=WORKS,
    )


def asgi(house: House) -> http.App:
    """The platform as an ASGI application: endpoints and pages."""
    return http.Wire(house, pages(house), caller_by_access_token, caller_by_bearer)
