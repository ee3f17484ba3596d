"""What is measured, each beside what it is compared with, in turns."""

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bench import events, flows, gifts, live, search, settle
from bench.client import ORDER_ID, Plan, Seen, load, request
from bench.market import SCARCE, Goods, Person
from bench.plain import Plain
from bench.results import Line, Rates, rate_line
from bench.stage import Stage

CLIENTS: Final = 32
SHOPPERS: Final = 64  # connections of a flash sale
BUYERS: Final = 2_000  # who buy in turn; in a flash sale all do, each once
TURNS: Final = 3
MEASURES: Final = (
    "orders",
    "hot",
    "flash_sale",
    "reading",
    "events",
    "search",
    "gifts",
    "live",
    "settle",
    "flows",
)
MEMORY_MB: Final = 150
SOLD_OUT: Final = "409 9010007"

_DRAWN: Final = 20_000
_SEED: Final = 20_261_122

_SOLD: Final = """
    select count(*) from order_lines where shop_id = $1 and sku_id = $2
"""
_LEFT: Final = "select available from stocks where shop_id = $1 and sku_id = $2"


class Bench:
    """One run of all measures, each in `turns` that last `seconds`."""

    def __init__(
        self, stage: Stage, seconds: float, tell: Callable[[Line], None], turns: int = TURNS
    ) -> None:
        self._stage = stage
        self._seconds = seconds
        self._turns = turns
        self._plain = Plain(stage.dsn, stage.pgbench)
        self._random = random.Random(_SEED)
        self._tell = tell

    async def run(self, only: Sequence[str] = MEASURES) -> None:
        """Measure everything, or `only` some of it."""
        await self._plain.make_databases()
        await self._warm_up()
        for name in only:
            await getattr(self, name)()
        self.memory()

    async def _warm_up(self) -> None:
        """Every process has prepared its statements before anything counts."""
        for plan in (self._buying(self._all_goods()), self._getting(), self._looking()):
            plan.seconds = min(1.0, self._seconds)
            await asyncio.to_thread(load, plan)
        await self._stage.quiet()

    # --- orders --------------------------------------------------------------------------------

    async def orders(self) -> None:
        """Orders of many shops and of one, beside pgbench writing the same rows."""
        market = self._stage.market
        few = min(len(goods) for goods in market.goods)
        shops = len(market.goods)
        await self._orders(f"{shops} shops", self._all_goods(), shops, few)
        await self._orders("one shop", market.goods[0], 1, len(market.goods[0]))

    async def _orders(self, name: str, goods: Sequence[Goods], shops: int, skus: int) -> None:
        ours = Rates(f"orders placed and paid, {name}")
        plain = Rates("  pgbench, the same SQL by statements")
        calls = Rates("  pgbench, by two calls of plpgsql")
        for _ in range(self._turns):
            for rates, script in ((plain, "order.sql"), (calls, "order_in_calls.sql")):
                ran = await asyncio.to_thread(
                    self._plain.orders, script, shops, skus, CLIENTS, self._seconds
                )
                rates.add(ran.rate, ran.after_ms(0.5), ran.after_ms(0.99))
            await self._buy(ours, goods)
        self._tell(rate_line(ours, plain, 0.5))
        self._tell(rate_line(plain))
        self._tell(rate_line(calls))
        self._tell(Line("  ours beside those calls", "", ours.middle / calls.middle))

    async def hot(self) -> None:
        """Everybody buys the same SKU, beside everybody any SKU of the same shop."""
        goods = self._stage.market.goods[0]
        spread, hot = Rates("orders of any SKU of a shop"), Rates("orders of one hot SKU")
        for _ in range(self._turns):
            await self._buy(spread, goods)
            await self._buy(hot, goods[:1])
        self._tell(rate_line(spread))
        self._tell(rate_line(hot, spread, 0.8))

    async def _buy(self, rates: Rates, goods: Sequence[Goods]) -> None:
        """Orders that were paid, over the time until the last of them was."""
        seen = await asyncio.to_thread(load, self._buying(goods))
        paid_at = await self._stage.all_paid()
        assert not seen.refused, seen.refused
        rates.add(
            len(seen.seconds) / (paid_at - seen.begun), seen.after_ms(0.5), seen.after_ms(0.99)
        )
        await self._stage.quiet()

    def _buying(self, goods: Sequence[Goods]) -> Plan:
        people = self._stage.market.people[:BUYERS]
        drawn = [(self._random.choice(people), self._random.choice(goods)) for _ in range(_DRAWN)]
        return Plan(
            self._stage.port,
            CLIENTS,
            [placing(person, one) for person, one in drawn],
            [paying(person) for person, _ in drawn],
            self._seconds,
        )

    def _all_goods(self) -> list[Goods]:
        """As many of each shop, so that all shops sell alike."""
        few = min(len(goods) for goods in self._stage.market.goods)
        return [one for goods in self._stage.market.goods for one in goods[:few]]

    # --- the flash sale ------------------------------------------------------------------------

    async def flash_sale(self) -> None:
        """Few pieces, many buyers at once: who is too late is told so, and nothing is oversold."""
        market = self._stage.market
        rates = Rates(f"flash sale, {len(market.people):,} buyers of {SCARCE}")
        faults: list[str] = []
        for goods in market.scarce:
            asked = [placing(person, goods) for person in market.people]
            seen = await asyncio.to_thread(load, Plan(self._stage.port, SHOPPERS, asked))
            rates.add(
                seen.talks / (seen.ended - seen.begun), seen.after_ms(0.5), seen.after_ms(0.99)
            )
            faults += await self._faults(goods, seen)
        seconds = [len(market.people) / rate for rate in rates.runs]
        line = rate_line(rates)
        line.goal, line.kept = f"{SCARCE} sold", not faults
        self._tell(line)
        self._tell(
            Line(
                "  seconds until all had their answer",
                f"{sorted(seconds)[len(seconds) // 2]:.2f} s",
            )
        )
        for fault in faults:
            self._tell(Line("  " + fault, ""))

    async def _faults(self, goods: Goods, seen: Seen) -> Iterator[str]:
        key = (goods.shop_id, goods.sku_id)
        sold, left = await self._stage.value(_SOLD, *key), await self._stage.value(_LEFT, *key)
        late = len(self._stage.market.people) - SCARCE
        found = {
            "were told that they bought": (len(seen.seconds), SCARCE),
            "were told that it is sold out": (seen.refused.get(SOLD_OUT, 0), late),
            "orders were written": (sold, SCARCE),
            "pieces are left": (left, 0),
        }
        return (
            f"{is_so} {what}, not {should}"
            for what, (is_so, should) in found.items()
            if is_so != should
        )

    async def events(self) -> None:
        """What pages saw, in batches."""
        await events.measure(self._stage, self._seconds, self._turns, self._tell)

    async def search(self) -> None:
        """Searches over 200,000 products, and the building of the index."""
        await search.measure(self._stage, self._seconds, self._turns, self._tell)

    async def gifts(self) -> None:
        """Many people on few portions, and many gifts that end at once."""
        await gifts.measure(self._stage, self._turns, self._tell)

    async def live(self) -> None:
        """A live room that a thousand watch."""
        await live.measure(self._stage, self._tell)

    async def flows(self) -> None:
        """Pages of a shop with a million funds flows."""
        await flows.measure(self._stage, self._tell)

    async def settle(self) -> None:
        """A great day's orders fall due at once, each sold by five."""
        await settle.measure(self._stage, self._tell)

    # --- reading -------------------------------------------------------------------------------

    async def reading(self) -> None:
        """Products for programs and for people, beside pgbench reading a row by its key."""
        plain = Rates("pgbench, one row by its key")
        getting, looking = Rates("product/get by a shop's token"), Rates("product page /p/{id}")
        for _ in range(self._turns):
            ran = await asyncio.to_thread(self._plain.selects, CLIENTS, self._seconds)
            plain.add(ran.rate, ran.after_ms(0.5), ran.after_ms(0.99))
            for rates, plan in ((getting, self._getting()), (looking, self._looking())):
                seen = await asyncio.to_thread(load, plan)
                assert not seen.refused, seen.refused
                rates.add(seen.rate, seen.after_ms(0.5), seen.after_ms(0.99))
        self._tell(rate_line(plain))
        self._tell(rate_line(getting, plain, 0.15))
        self._tell(rate_line(looking, plain, 0.05))

    def _getting(self) -> Plan:
        path = f"/channels/ec/product/get?access_token={self._stage.market.shop_token}"
        return self._asking(
            [
                request("POST", path, b'{"product_id":"%d","data_type":1}' % one.product_id)
                for one in self._stage.market.goods[0]
            ]
        )

    def _looking(self) -> Plan:
        return self._asking(
            [request("GET", f"/p/{one.product_id}") for one in self._stage.market.goods[0]]
        )

    def _asking(self, requests: list[bytes]) -> Plan:
        self._random.shuffle(requests)
        return Plan(self._stage.port, CLIENTS, requests, seconds=self._seconds)

    def memory(self) -> None:
        """What the serving processes hold after all that."""
        held = self._stage.memory_mb()
        if held:
            told = ", ".join(f"{one:.0f}" for one in held) + " MB"
            kept = max(held) < MEMORY_MB
            self._tell(Line("memory of each server process", told, None, f"< {MEMORY_MB} MB", kept))


def placing(person: Person, goods: Goods) -> bytes:
    """The request that places an order of one piece."""
    said = b'{"shop_id":"%d","address_id":"%d","lines":[{"sku_id":"%d","count":1}]}'
    body = said % (goods.shop_id, person.address_id, goods.sku_id)
    return request("POST", "/v1/buyer/order/place", body, person.token)


def paying(person: Person) -> bytes:
    """The request that pays an order whose number is filled in, by the sandbox's wallet."""
    body = b'{"order_id":"' + ORDER_ID + b'","confirm":true}'
    return request("POST", "/v1/buyer/order/pay", body, person.token)
