"""A shop's money: what it has and waits for, each movement, and the story of any order's fen."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.responses import Response

from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

_SIZE: Final = 20


@PAGES.get("/desk/shop/money")
async def money(visit: Visit) -> Response:
    """Balances, a month as chart and table, and the latest flows."""
    summary, found = await asyncio.gather(
        visit.ask("/v1/shop/money/summary"),
        visit.ask("/v1/shop/money/flows", page_size=_SIZE, next_key=visit.asked("after")),
    )
    return visit.show(
        "shop_desk/money.html",
        summary=summary,
        chart=msgspec.json.encode(_chart(summary.days)).decode(),
        flows=found.flows,
        next_key=found.next_key if found.has_more else "",
    )


def _chart(days: list[Any]) -> dict[str, list[Any]]:
    """What the chart's script draws: whole fen, which it shows as yuan."""
    return {
        "days": [day.day for day in days],
        "paid": [day.paid_fen for day in days],
        "settled": [day.settled_fen for day in days],
        "refunded": [day.refunded_fen for day in days],
    }


# --- "explain this fen" ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """A bar of the waterfall, in thousandths of the whole: where it begins and how long it is."""

    name: str
    amount_fen: int
    start: int
    length: int
    kind: str


@PAGES.get("/desk/shop/money/explain/{order_id:int}")
async def explain(visit: Visit) -> Response:
    """Where every fen of an order came from and went to."""
    story = await visit.ask("/v1/shop/money/explain", order_id=str(visit.part("order_id")))
    return visit.show(
        "shop_desk/explain.html",
        story=story,
        steps=waterfall(story),
        sum_fen=sum(one.amount_fen for one in story.sums),
    )


def waterfall(story: Any) -> list[Step]:
    """From what the buyer paid down to what the shop keeps."""
    fee_back = sum(share.fee_back_fen for share in story.shares)
    commission_back = sum(share.commission_back_fen for share in story.shares)
    changes = [
        ("买家付款", story.paid_fen),
        ("结算前退款", -story.refunded_before_fen),
        ("平台技术服务费", -story.fee_fen),
        ("带货佣金", -story.commission_fen),
        ("结算后退款", -story.refunded_after_fen),
        ("退回的服务费", fee_back),
        ("退回的佣金", commission_back),
    ]
    whole, at, steps = max(story.paid_fen, 1), 0, []
    for name, change in changes:
        if change:
            low, high = sorted((at, at + change))
            kind = "in" if change > 0 else "out"
            start = 1000 * max(low, 0) // whole
            steps.append(Step(name, change, start, max(1000 * high // whole - start, 4), kind))
        at += change
    low, high = sorted((0, at))
    steps.append(Step("店铺所得", at, 0, max(1000 * (high - low) // whole, 4), "even"))
    return steps
