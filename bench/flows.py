"""Funds flows at size: pages of a shop that has a million of them, near and far."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import msgspec

from bench.results import Line
from bench.stage import Stage
from tongshang.app import Opened, open_house
from tongshang.runtime.call import SHOP_SCOPES, Caller
from tongshang.runtime.rpc import perform

FLOWS: Final = 1_000_000
WITHIN_MS: Final = 30
ASKS: Final = 100
_FIRST: Final = 2_499_000_000_000_000_000
_DAYS: Final = 6  # a list is of a week at most

_MANY: Final = """
    insert into funds_flows (shop_id, flow_id, funds_type, flow_type, amount_fen, balance_fen, at,
                             order_id, transaction_id, cause_kind, cause_id)
    select $1, $2::bigint + n, case n % 3 when 0 then 10 else 1 end,
           case n % 3 when 0 then 2 else 1 end, 100, n,
           $3::timestamptz + n * ($4::interval / $5::bigint), $2::bigint + n, 'bench' || n,
           'bench', n
    from generate_series(1, $5::bigint) n
"""


async def measure(stage: Stage, tell: Callable[[Line], None]) -> None:
    """How long each kind of page takes, asked a hundred times in one process."""
    shop_id = stage.market.goods[0][0].shop_id
    async with open_house(stage.dsn, Path("/nonexistent")) as opened:
        until = opened.house.clock.now() - timedelta(days=3)
        since = until - timedelta(days=_DAYS)
        span = timedelta(days=_DAYS)
        await opened.house.pool.execute(_MANY, shop_id, _FIRST, since, span, FLOWS)
        await opened.house.pool.execute("vacuum analyze funds_flows")
        shop = Caller("bench", SHOP_SCOPES, party_id=shop_id)
        week = {"start_time": int(since.timestamp()), "end_time": int(until.timestamp())}
        mine = {**week, "page_size": 100}
        path = "/channels/ec/funds/getfundsflowlist"
        first = await _ask(opened, shop, path, mine)
        half = week["start_time"] + _DAYS * 43_200
        asked: dict[str, tuple[str, dict[str, Any]]] = {
            "the first page": (path, mine),
            "the next, by next_key": (path, {**mine, "next_key": first.next_key}),
            "from the middle on": (path, {**mine, "start_time": half}),
            "place 9,900, by page": (path, {**mine, "page": 99}),
            "money out only": (path, {**mine, "flow_type": 2}),
            "of one payment": (path, {**mine, "transaction_id": "bench777777"}),
            "the alliance's ledger": ("/channels/ec/league/funds/getfundsflowlist", mine),
            "one flow": (
                "/channels/ec/funds/getfundsflowdetail",
                {"flow_id": str(_FIRST + FLOWS // 2)},
            ),
        }
        slowest = 0.0
        for name, (where, fields) in asked.items():
            times = [await _time(opened, shop, where, fields) for _ in range(ASKS)]
            slowest = max(slowest, median(times))
            value = f"{median(times):.1f} / {quantiles(times, n=100)[98]:.1f} ms"
            tell(Line(f"  {name} (p50 / p99)", value))
        kept = slowest <= WITHIN_MS
        name = f"pages of {FLOWS:,} funds flows, the slowest"
        tell(Line(name, f"{slowest:.1f} ms", None, f"<= {WITHIN_MS} ms", kept))
        await opened.house.pool.execute(
            "delete from funds_flows where shop_id = $1 and flow_id > $2", shop_id, _FIRST
        )


async def _time(opened: Opened, caller: Caller, path: str, fields: dict[str, Any]) -> float:
    begun = time.perf_counter()
    await _ask(opened, caller, path, fields)
    return (time.perf_counter() - begun) * 1_000


async def _ask(opened: Opened, caller: Caller, path: str, fields: dict[str, Any]) -> Any:
    endpoint = opened.house.registry.find(path)
    request = msgspec.convert(fields, type=endpoint.takes, strict=False)
    return await perform(opened.house, endpoint, caller, request)
