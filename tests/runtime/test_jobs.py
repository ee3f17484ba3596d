"""Work on the clock."""

from datetime import timedelta

from tongshang.app import Opened
from tongshang.runtime import jobs
from tongshang.runtime.call import Call


async def test_what_has_more_to_do_goes_on_before_its_time_and_what_has_not_waits(
    opened: Opened,
) -> None:
    left, ran = [True, True, False, True], 0

    async def handle(call: Call) -> bool:
        nonlocal ran
        ran += 1
        return left[ran - 1]

    works = jobs.Works(periodics=(jobs.Periodic("test.rounds", timedelta(hours=1), handle),))
    told = [await jobs.tick(opened.house, works) for _ in range(5)]
    assert (told, ran) == ([True, True, False, False, False], 3)
