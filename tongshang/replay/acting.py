"""What happens on a day, through the actions that buyers and shops use.

Each step is one transaction with its mark, so a replay that was killed does no step twice and
leaves none out. Times are the file's: the platform's clock stands at the hour that is played.
"""

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Final, TypeAlias

from tongshang.app import Opened
from tongshang.kernel.refusal import Refusal
from tongshang.modules.aftersale import api as aftersale
from tongshang.modules.aftersale.api import AftersaleDraft, AftersaleState, Reason
from tongshang.modules.inventory import api as inventory
from tongshang.modules.inventory.api import StockMove, StockOp
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import (
    OrderState,
    PayDraft,
    PlaceDraft,
    PlaceLine,
    ShipDraft,
    ShipParcel,
)
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef, Scene, TouchDraft
from tongshang.replay import furnishing, store
from tongshang.replay.fates import Sku
from tongshang.replay.planning import Day, Invoice, Refund
from tongshang.runtime import jobs
from tongshang.runtime.call import NOBODY, Call
from tongshang.runtime.clock import machine_now
from tongshang.runtime.db import transaction

LINES_MAX: Final = 2_000
RECEIVED_AFTER: Final = timedelta(days=3)
# Retailers take back what was sold months ago; the platform's own window is shorter.
AFTERSALE_WINDOW: Final = timedelta(days=400)
CARRIER: Final = "ZTO"
NOTICES: Final = "payment.notice"

Act: TypeAlias = Callable[[Call], Awaitable[None]]


@dataclass(slots=True)
class Stage:
    """The platform, the shop, and whose ids stand for whom in the file."""

    opened: Opened
    shop_id: int
    template_id: int
    pictures: tuple[str, ...]
    promoters: tuple[int, ...]
    prices: Mapping[str, Sequence[int]]
    names: Mapping[str, str]
    skus: dict[Sku, tuple[int, int]] = field(default_factory=dict)
    buyers: dict[str, tuple[int, int]] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    by_day: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))
    tell_time: Callable[[datetime], None] = lambda _at: None

    def note_orders(self, day: date, placed: Mapping[str, int]) -> None:
        """Keep in mind what was placed on a day, by invoice."""
        self.orders.update(placed)
        self.by_day[day] += placed.values()

    async def remember(self) -> None:
        """Read back what was done before."""
        async with self.opened.house.pool.acquire() as connection:
            self.skus = await store.list_skus(connection, self.shop_id)
            self.buyers = await store.list_buyers(connection, self.shop_id)
            for invoice, (order_id, day) in (
                await store.list_orders(connection, self.shop_id)
            ).items():
                self.note_orders(day, {invoice: order_id})

    def set_clock(self, at: datetime) -> None:
        """Have the platform's time be `at`, in this process and the one that hears."""
        self.opened.house.clock.offset = at - machine_now()
        self.tell_time(at)

    @contextlib.asynccontextmanager
    async def step(
        self, day: date, name: str, at: datetime, part: int = 0
    ) -> AsyncIterator[Call | None]:
        """A call at a time of the file, or None where this step is done already."""
        self.set_clock(at)
        async with transaction(self.opened.house.pool) as tx:
            is_new = await store.mark(tx, self.shop_id, day, name, part)
            yield Call(tx, at, NOBODY, self.opened.house) if is_new else None

    async def hear(self) -> None:
        """Hear the gateway's notices; the rest of the work is done in the evening."""
        while await jobs.work_once(self.opened.house, self.notices):
            pass

    @property
    def notices(self) -> jobs.Works:
        """The one kind of work that the next hour of trade waits for."""
        works = self.opened.works
        return jobs.Works(tasks=tuple(task for task in works.tasks if task.kind == NOTICES))


async def play(stage: Stage, day: Day, open_matters: "Matters") -> None:
    """One day of the file, from the opening to what the evening brings."""
    morning = _at(day.day, 5)
    await _open_goods(stage, day, morning)
    await _meet_buyers(stage, day, morning)
    await _take_stock(stage, day, morning)
    await _be_touched(stage, day, morning)
    await close_open_matters(stage, day.day, open_matters)
    await _trade(stage, day)
    await _give_back(stage, day)


@dataclass(frozen=True, slots=True)
class Matters:
    """Of which earlier days the orders are shipped today, and of which received."""

    ship: tuple[date, ...]
    receive: tuple[date, ...]


def matters(day: date, before: date, trading: Sequence[date]) -> Matters:
    """What is to be done on `day`, if all was done that was to be done on the day `before`."""
    return Matters(
        ship=tuple(one for one in trading if before <= one < day),
        receive=tuple(one for one in trading if before <= one + RECEIVED_AFTER < day),
    )


async def close_open_matters(stage: Stage, day: date, open_matters: Matters) -> None:
    """Ship what was paid on earlier days, receive what was shipped, settle what is due."""
    at = _at(day, 6)
    async with stage.step(day, "ship", at) as call:
        if call is not None:
            await _ship(stage, call, open_matters.ship)
    async with stage.step(day, "receive", at) as call:
        if call is not None:
            await _receive(stage, call, open_matters.receive)
    stage.set_clock(at)
    await jobs.drain(stage.opened.house, stage.opened.works)


async def _open_goods(stage: Stage, day: Day, at: datetime) -> None:
    new = sorted({sku.code for sku in day.demand if sku not in stage.skus})
    async with stage.step(day.day, "goods", at) as call:
        if call is None or not new:
            return
        wanted = {code: stage.prices[code] for code in new}
        made = await furnishing.offer(
            call, stage.shop_id, stage.template_id, stage.pictures, stage.names, wanted
        )
        await store.add_skus(call.tx, stage.shop_id, made)
    stage.skus.update(made)


async def _meet_buyers(stage: Stage, day: Day, at: datetime) -> None:
    new = [one for one in day.invoices.values() if one.customer not in stage.buyers]
    async with stage.step(day.day, "buyers", at) as call:
        if call is None or not new:
            return
        met = await furnishing.meet(call, new)
        await store.add_buyers(call.tx, stage.shop_id, met)
    stage.buyers.update(met)


async def _take_stock(stage: Stage, day: Day, at: datetime) -> None:
    """Receive what the day sells and what was found, write off what was lost."""
    async with stage.step(day.day, "stock", at) as call:
        if call is None:
            return
        known = defaultdict[str, list[Sku]](list)
        for sku in stage.skus:
            known[sku.code].append(sku)
        # A stock code's losses and finds fall on the SKU of its lowest price.
        lowest = {code: min(skus, key=lambda one: one.price_fen) for code, skus in known.items()}
        moves = [_received(stage, sku, count) for sku, count in day.demand.items()]
        moves += [_received(stage, lowest[c], n) for c, n in day.found.items() if c in lowest]
        for code, count in day.lost.items():
            if code in lowest:
                moves.append(_received(stage, lowest[code], count))
                moves.append(_lost(stage, lowest[code], count))
        await inventory.move(call, moves)


async def _be_touched(stage: Stage, day: Day, at: datetime) -> None:
    drafts = [
        TouchDraft(
            stage.buyers[invoice.customer][0],
            CardRef(stage.shop_id, product_id, promoter_id, 0, Scene.ARTICLE_CARD),
            at,
        )
        for invoice in day.invoices.values()
        if (promoter_id := furnishing.promoter_of(invoice.customer, stage.promoters))
        for product_id in {stage.skus[sku][0] for sku in invoice.counts}
    ]
    async with stage.step(day.day, "touches", at) as call:
        if call is not None and drafts:
            await surfaces.record_touches(call, drafts)


async def _trade(stage: Stage, day: Day) -> None:
    """Place and pay the day's orders, those of an hour together, at the hour's last invoice."""
    by_time = sorted(day.invoices.values(), key=lambda one: one.at)
    for hour, group in groupby(by_time, key=lambda one: one.at.hour):
        invoices = list(group)
        placed: dict[str, int] = {}
        async with stage.step(day.day, "trade", invoices[-1].at, hour) as call:
            if call is not None:
                placed = await _place_and_pay(stage, call, invoices)
        stage.note_orders(day.day, placed)
        await stage.hear()


async def _place_and_pay(stage: Stage, call: Call, invoices: Sequence[Invoice]) -> dict[str, int]:
    placed = await ordering.place(call, [_draft(stage, invoice) for invoice in invoices])
    done: list[tuple[Invoice, int]] = []
    for invoice, one in zip(invoices, placed, strict=True):
        if isinstance(one, Refusal):
            await store.refuse(
                call.tx, stage.shop_id, call.at.date(), f"invoice {invoice.number}",
                one.message(), invoice.lines,
            )  # fmt: skip
        else:
            done.append((invoice, one.order_id))
    paid = await ordering.pay(
        call,
        [PayDraft(stage.buyers[one.customer][0], order_id, confirm=True) for one, order_id in done],
    )
    refused = [one for one in paid if isinstance(one, Refusal)]
    assert not refused, refused[0]
    numbers = [invoice.number for invoice, _ in done]
    await store.add_orders(
        call.tx, stage.shop_id, numbers, [order_id for _, order_id in done], call.at.date()
    )
    return {invoice.number: order_id for invoice, order_id in done}


async def _ship(stage: Stage, call: Call, days: Sequence[date]) -> None:
    waiting = await _in_state(stage, call, days, OrderState.TO_SHIP)
    drafts = [
        ShipDraft(stage.shop_id, order_id, (ShipParcel(CARRIER, f"R{order_id}"),))
        for _, order_id in waiting
    ]
    if drafts:
        await ordering.ship(call, drafts)


async def _receive(stage: Stage, call: Call, days: Sequence[date]) -> None:
    waiting = await _in_state(stage, call, days, OrderState.SHIPPED)
    if waiting:
        await ordering.receive(call, waiting)


async def _in_state(
    stage: Stage, call: Call, days: Sequence[date], state: OrderState
) -> list[tuple[int, int]]:
    """Those of the orders placed on some days that stand at `state`."""
    keys = [(stage.shop_id, order_id) for day in days for order_id in stage.by_day[day]]
    found = await ordering.hold_heads(call.tx, keys) if keys else {}
    return [key for key, order in found.items() if order.state is state]


async def _give_back(stage: Stage, day: Day) -> None:
    """The day's refunds: buyers ask, the shop agrees where it is asked."""
    at = _at(day.day, 22)
    wanted = [one for one in day.refunds.values() if one.invoice in stage.orders]
    async with stage.step(day.day, "refunds", at) as call:
        if call is not None and wanted:
            await _ask_back(stage, call, wanted)
    await stage.hear()  # of a step done before, too: it may have been killed before it heard


async def _ask_back(stage: Stage, call: Call, wanted: Sequence[Refund]) -> None:
    asked = await aftersale.apply(call, [_case(stage, one) for one in wanted], AFTERSALE_WINDOW)
    opened = [(stage.shop_id, one) for one in asked if not isinstance(one, Refusal)]
    cases = await aftersale.get_aftersales(call.tx, opened)
    waiting = [k for k, c in cases.items() if c.state is AftersaleState.MERCHANT_PROCESSING]
    await aftersale.accept(call, waiting)
    await _note_refused(stage, call, wanted, asked)


async def _note_refused(
    stage: Stage, call: Call, wanted: Sequence[Refund], asked: Sequence[int | Refusal]
) -> None:
    for refund, one in zip(wanted, asked, strict=True):
        if isinstance(one, Refusal):
            what = f"refund of {refund.count} x {refund.sku.code} on {refund.invoice}"
            await store.refuse(
                call.tx, stage.shop_id, call.at.date(), what, one.message(), refund.count
            )


def _draft(stage: Stage, invoice: Invoice) -> PlaceDraft:
    buyer_id, address_id = stage.buyers[invoice.customer]
    lines = tuple(PlaceLine(stage.skus[sku][1], count) for sku, count in sorted_counts(invoice))
    return PlaceDraft(
        stage.shop_id, buyer_id, address_id, lines, invoice.number, lines_max=LINES_MAX
    )


def sorted_counts(invoice: Invoice) -> list[tuple[Sku, int]]:
    """An invoice's SKUs in the order of its order's lines."""
    return sorted(invoice.counts.items(), key=lambda one: (one[0].code, one[0].price_fen))


def _case(stage: Stage, refund: Refund) -> AftersaleDraft:
    return AftersaleDraft(
        buyer_id=stage.buyers[refund.customer][0],
        shop_id=stage.shop_id,
        order_id=stage.orders[refund.invoice],
        count=refund.count,
        sku_id=stage.skus[refund.sku][1],
        amount_fen=refund.amount_fen,
        reason=Reason.NO_LONGER_WANT,
    )


def _received(stage: Stage, sku: Sku, count: int) -> StockMove:
    product_id, sku_id = stage.skus[sku]
    return StockMove(stage.shop_id, sku_id, product_id, count, StockOp.ADD)


def _lost(stage: Stage, sku: Sku, count: int) -> StockMove:
    product_id, sku_id = stage.skus[sku]
    return StockMove(stage.shop_id, sku_id, product_id, -count, StockOp.SUBTRACT)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)
