"""What the demo's buyers showed to one another, and what came of it: chains some steps deep.

Pure choices by chance with a seed of its own, so that the same market is shared in the same way.
"""

import random
from datetime import datetime, timedelta
from typing import Final

from tongshang.demo.furnish import Furnished
from tongshang.demo.goods import Market
from tongshang.demo.stage import Stage
from tongshang.runtime.call import Caller

_SEED: Final = 20_261_123
_CHAINS: Final = 8
_AGO: Final = timedelta(days=4)
_STEP: Final = timedelta(minutes=47)
_OPENERS_MAX: Final = 4
_DEPTH_MAX: Final = 3


async def spread(stage: Stage, market: Market, made: Furnished, now: datetime) -> None:
    """Somebody shows a product or an article; some open it, and of those some show it on."""
    chance = random.Random(_SEED)
    buyers = [made.callers[buyer.key] for buyer in market.buyers]
    at = now - _AGO
    for number in range(_CHAINS):
        if number % 3 == 2:
            asked = {"content_id": chance.choice(sorted(made.contents.values()))}
        else:
            asked = {"product_id": chance.choice(sorted(made.products.values()))[1]}
        generation = chance.sample(buyers, 1)
        for depth in range(_DEPTH_MAX):
            at += _STEP
            stage.go_to(min(at, now))
            nexts: list[Caller] = []
            for sharer in generation:
                nexts += await _show(stage, sharer, asked, buyers, chance)
            generation = nexts[: max(1, 3 - depth)] if nexts else []
    stage.return_to_now()


async def _show(
    stage: Stage,
    sharer: Caller,
    asked: dict[str, str],
    buyers: list[Caller],
    chance: random.Random,
) -> list[Caller]:
    made = await stage.ask(sharer, "/v1/buyer/share/make", **asked)
    others = [one for one in buyers if one != sharer]
    openers = chance.sample(others, chance.randint(1, min(_OPENERS_MAX, len(others))))
    for opener in openers:
        await stage.ask(opener, "/v1/buyer/link/open", code=made.forms.link_code)
    return openers
