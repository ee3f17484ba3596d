"""Settlement at size: 200,000 lines that fell due at once, five receivers on each."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.results import Line
from bench.stage import Stage
from tongshang.app import Opened, open_house
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.league import api as league
from tongshang.modules.league.api import DealDraft, Hand, Hop
from tongshang.modules.settlement.api import settle_due
from tongshang.runtime.call import NOBODY, Call
from tongshang.runtime.db import transaction

LINES: Final = 200_000
LINES_OF_AN_ORDER: Final = 2
IN_SECONDS: Final = 60
PATIENCES: Final = 5  # a million commission orders are told meanwhile
PARTIES: Final = 60  # of each of the five kinds of hands
DEALS: Final = 100  # of each shop
_FIRST_ORDER: Final = 3_799_000_000_000_000_000
_OF_A_SHOP: Final = 1_000_000

_ADDRESS: Final = (
    '{"name": "林晓", "phone": "13800138000", "province": "浙江省", "city": "杭州市",'
    ' "county": "西湖区", "detail": "龙井路 1 号", "postcode": "310000"}'
)
_ORDERS: Final = """
    insert into orders (shop_id, order_id, buyer_id, state, goods_fen, freight_fen, order_fen,
                        address, notes, scene, receipt_days, placed_at, expires_at, updated_at,
                        paid_at, received_at)
    select $1, $2 + n, 1, 100, $4 * (10000 + n % 977), 0, $4 * (10000 + n % 977), $6, '', 1, 7,
           $5, $5, $5, $5, $5
    from generate_series(1, $3::bigint) n
"""
_LINES: Final = """
    insert into order_lines (shop_id, order_id, line, product_id, sku_id, sku_code, title,
                             thumb_url, attrs, count, sale_price_fen, market_price_fen, paid_fen,
                             freight_fen, fee_ppm, promoter_id, commission_ppm, content_id, scene,
                             deal_id, shipped_count)
    select $1, $2 + n, line, $5, $6::bigint + line, 'T', '武夷岩茶', '', '[]', 1, 10000 + n % 977,
           10000 + n % 977, 10000 + n % 977, 0, 50000, ($7::bigint[])[1 + n % cardinality($7)],
           100000, 0, 1, ($8::bigint[])[1 + n % cardinality($8)], 1
    from generate_series(1, $3::bigint) n cross join generate_series(1, $4::int) line
"""
_MONEY: Final = """
    insert into settlements (shop_id, order_id, state, order_state, placed_at, paid_at, paid_fen,
                             received_at, due_at)
    select shop_id, order_id, 1, 100, placed_at, paid_at, order_fen, received_at, $2
    from orders where shop_id = $1 and order_id > $3
"""
_ENTRIES: Final = """
    insert into entries (book_id, entry_id, cause_kind, cause_id, mark, at)
    select shop_id, order_id, 'payment', order_id, '', paid_at
    from orders where shop_id = $1 and order_id > $2
"""
_POSTINGS: Final = """
    insert into postings (book_id, entry_id, position, source_kind, source_party, target_kind,
                          target_party, amount_fen)
    select shop_id, order_id, 0, 'channel', 0, 'shop_pending', 0, order_fen
    from orders where shop_id = $1 and order_id > $2
"""
_FLOWS: Final = """
    insert into funds_flows (shop_id, flow_id, funds_type, flow_type, amount_fen, balance_fen, at,
                             order_id, cause_kind, cause_id)
    select shop_id, order_id, 1, 1, order_fen, 0, paid_at, order_id, 'payment', order_id
    from orders where shop_id = $1 and order_id > $2
"""
_BALANCES: Final = """
    insert into accounts (book_id, kind, party_id, balance_fen)
    select $1, kind, 0, side * (select sum(order_fen) from orders
                                where shop_id = $1 and order_id > $2)::bigint
    from (values ('channel', -1), ('shop_pending', 1)) sides (kind, side)
    on conflict (book_id, kind, party_id)
    do update set balance_fen = accounts.balance_fen + excluded.balance_fen
"""
_UNTOLD: Final = (
    "select exists (select from jobs where kind = 'settlement.commissions' and not dead)"
)
_COUNTS: Final = "select count(*) from share_parts"


@dataclass(frozen=True, slots=True)
class Seller:
    """A shop, and by which deals its lines are sold."""

    shop_id: int
    product_id: int
    sku_id: int
    deals: tuple[int, ...]
    carriers: tuple[int, ...]


async def measure(stage: Stage, tell: Callable[[Line], None]) -> None:
    """How long all of it takes one process, and until every receiver is told."""
    async with open_house(stage.dsn, Path("/nonexistent")) as opened:
        goods = [(one[0].shop_id, one[0].product_id, one[0].sku_id) for one in stage.market.goods]
        sellers = await find_sellers(opened, goods)
        await stage.quiet()
        with _alone(stage):
            await pile_up(opened, sellers, LINES)
            before = time.process_time()
            seconds, most = await settle(opened)
            busy = time.process_time() - before
        parts = await stage.value(_COUNTS)
        name = f"settlement of {LINES:,} lines, {parts // LINES} receivers each"
        kept = seconds <= IN_SECONDS and parts == 5 * LINES
        tell(Line(name, f"{seconds:.1f} s", None, f"<= {IN_SECONDS} s", kept))
        tell(Line("  of that at work in Python", f"{busy:.1f} s"))
        tell(Line("  the longest transaction, 2,000 orders", f"{most * 1000:.0f} ms"))
        begun = time.monotonic()
        for _ in range(PATIENCES):
            with contextlib.suppress(TimeoutError):
                await stage.over(_UNTOLD)
                break
        tell(Line("  until all receivers are told", f"{time.monotonic() - begun:.1f} s"))


async def find_sellers(opened: Opened, goods: Sequence[tuple[int, int, int]]) -> list[Seller]:
    """Five parties on each deal: the longest chain (reference section 7.1), in many colours."""
    house = opened.house
    kinds = (PartyKind.AGENCY, PartyKind.AGENCY, PartyKind.PROMOTER, PartyKind.AGENCY)
    found = []
    async with transaction(house.pool) as tx:
        call = Call(tx, house.clock.now(), NOBODY, house)
        hands = [
            await identity.add_parties(call, [PartyDraft(kind, f"{n}") for n in range(PARTIES)])
            for kind in (*kinds, PartyKind.SHARER)
        ]
        for place, (shop_id, product_id, sku_id) in enumerate(goods):
            drafts = [
                DealDraft(shop_id, product_id, 4, 1, _chain([some[(n + place) % PARTIES]
                          for some in hands], n)) for n in range(DEALS)
            ]  # fmt: skip
            deals = await league.strike(call, drafts)
            carriers = tuple(draft.hops[2].party_id for draft in drafts)
            found.append(Seller(shop_id, product_id, sku_id, tuple(deals), carriers))
    return found


def _chain(parties: Sequence[int], n: int) -> tuple[Hop, ...]:
    hands = (Hand.AGENCY, Hand.RESELLER, Hand.PROMOTER, Hand.SHARER_AGENCY, Hand.SHARER)
    ratios = (100_000, 60_000 + n, 40_000 + n, 20_000, 10_000)
    return tuple(
        Hop(hand, party_id, ratio, place - 1)
        for place, (hand, party_id, ratio) in enumerate(zip(hands, parties, ratios, strict=True))
    )


async def pile_up(opened: Opened, sellers: Sequence[Seller], lines: int) -> None:
    """Paid and received orders whose settlement is due, with their money in the books."""
    at = opened.house.clock.now()
    each = lines // LINES_OF_AN_ORDER // len(sellers)
    first = lines // LINES_OF_AN_ORDER - each * (len(sellers) - 1)  # what is over is its
    for place, one in enumerate(sellers):
        start, count = _FIRST_ORDER + place * _OF_A_SHOP, each if place else first
        async with transaction(opened.house.pool) as tx:
            many = one.shop_id, start, count, LINES_OF_AN_ORDER
            await tx.execute(_ORDERS, *many, at, _ADDRESS)
            carriers, deals = list(one.carriers), list(one.deals)
            await tx.execute(_LINES, *many, one.product_id, one.sku_id, carriers, deals)
            await tx.execute(_MONEY, one.shop_id, at, start)
            for statement in (_ENTRIES, _POSTINGS, _FLOWS, _BALANCES):
                await tx.execute(statement, one.shop_id, start)
    await opened.house.pool.execute("analyze orders, order_lines, settlements, deals")


async def settle(opened: Opened) -> tuple[float, float]:
    """Settle all that is due; the seconds, and those of the longest transaction."""
    house = opened.house
    at = house.clock.now()
    begun, most, more = time.monotonic(), 0.0, True
    while more:
        start = time.monotonic()
        async with transaction(house.pool) as tx:
            more = bool(await settle_due(Call(tx, at, NOBODY, house)))
        most = max(most, time.monotonic() - start)
    return time.monotonic() - begun, most


@contextlib.contextmanager
def _alone(stage: Stage) -> Iterator[None]:
    """Those who serve stand still meanwhile: what they tell people of it is measured by itself."""
    children = Path(f"/proc/{stage.server}/task/{stage.server}/children")
    pids = [int(pid) for pid in children.read_text().split()] if children.exists() else []
    serving = pids or [stage.server]
    for pid in serving:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in serving:
            os.kill(pid, signal.SIGCONT)
