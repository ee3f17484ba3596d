"""That the measures measure, in a second or so each; how fast it is, no test can know."""

from bench.market import Size
from bench.measures import Bench
from bench.plain import Plain
from bench.results import Line
from bench.stage import Stage, staged

SIZE = Size(products=20, others=1, others_products=20, scarce=1, buyers=520)


async def test_the_measures_of_a_tiny_market_and_nothing_left_of_it() -> None:
    lines: list[Line] = []

    async with staged(SIZE, processes=1) as stage:
        bench = Bench(stage, 0.3, lines.append, turns=1)
        await bench.hot()
        await bench.flash_sale()
        bench.memory()
        await the_yardstick_fits_the_tables(stage)

    assert not stage.pgbench.exists()
    assert [line.name.strip() for line in lines] == [
        "orders of any SKU of a shop",
        "orders of one hot SKU",
        "flash sale, 520 buyers of 500",
        "seconds until all had their answer",
        "memory of each server process",
    ]
    rated = [line.rates for line in lines if line.rates]
    assert all(rates.runs[0] > 0 for rates in rated)
    assert lines[2].kept is True, "sold as many as there were, and told the others"
    assert lines[4].kept is True


async def the_yardstick_fits_the_tables(stage: Stage) -> None:
    plain = Plain(stage.dsn, stage.pgbench)
    await plain.make_databases(scale=1)
    for script in ("order.sql", "order_in_calls.sql"):
        ran = plain.orders(script, shops=2, skus=20, clients=2, seconds=1)
        assert ran.rate > 0
        assert ran.seconds == sorted(ran.seconds)
    assert plain.selects(2, 1).rate > 0
