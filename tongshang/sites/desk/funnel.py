"""Where buyers come from: a shop's funnel, and a promoter's own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
from starlette.responses import Response

from tongshang.sites import words
from tongshang.sites.shown import day
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages()

PERIODS: Final = (1, 7, 14, 30, 90)  # days, today included
_BY_SHOP: Final = tuple(words.FUNNEL_BY)
_BY_PROMOTER: Final = tuple(by for by in _BY_SHOP if by != "carrier")
_LIMIT: Final = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel: its name, how often it was taken, and of a million how many did."""

    name: str
    count: int
    ppm: int
    after: str


@PAGES.get("/desk/shop/funnel", role="shop")
async def shop_funnel(visit: Visit) -> Response:
    """From where a shop's buyers come, and how far they go."""
    return await _show(visit, "/v1/shop/funnel/get", "shop_desk/funnel.html", _BY_SHOP)


@PAGES.get("/desk/promoter/funnel", role="promoter")
async def promoter_funnel(visit: Visit) -> Response:
    """What one's contents brought, and how far."""
    path, template = "/v1/promoter/funnel/get", "promoter_desk/funnel.html"
    return await _show(visit, path, template, _BY_PROMOTER)


async def _show(visit: Visit, path: str, template: str, by: tuple[str, ...]) -> Response:
    length = visit.number("days", 7)
    length = length if length in PERIODS else 7
    chosen = visit.asked("by", "surface")
    chosen = chosen if chosen in by else "surface"
    now = visit.house.clock.now()
    found = await visit.ask(
        path,
        since=day(now - timedelta(days=length - 1)),
        until=day(now),
        by=chosen,
        limit=_LIMIT,
    )
    return visit.show(
        template,
        found=found,
        steps=steps(found.whole),
        length=length,
        periods=PERIODS,
        chosen=chosen,
        divided=by,
        names={one.key: _name(chosen, one) for one in found.rows},
        chart=msgspec.json.encode(_chart(found)).decode(),
        is_empty=not found.rows,
    )


def steps(whole: Any) -> list[Step]:
    """The funnel of all, from being seen to being paid and given back."""
    name = words.FUNNEL
    return [
        Step(name["exposures"], whole.exposures, 0, ""),
        Step(name["clicks"], whole.clicks, whole.click_ppm, name["exposures"]),
        Step(name["orders"], whole.orders, whole.order_ppm, name["clicks"]),
        Step(name["pays"], whole.pays, whole.pay_ppm, name["orders"]),
        Step(name["refunds"], whole.refunds, whole.refund_ppm, name["pays"]),
    ]


def _name(by: str, row: Any) -> str:
    """What a row without a name of its own is called."""
    if by == "surface":
        return words.SURFACE.get(int(row.key), words.SURFACE[0])
    return words.FUNNEL_NONE[by if row.key == "0" else "gone"]


def _chart(found: Any) -> dict[str, list[Any]]:
    """What the charts' script draws."""
    whole = found.whole
    return {
        "steps": [whole.exposures, whole.clicks, whole.carts, whole.orders, whole.pays],
        "days": [str(one.day) for one in found.days],
        "clicks": [one.clicks for one in found.days],
        "pays": [one.pays for one in found.days],
    }
