"""What the demo's people looked for lately: what many did is popular, one's own is remembered."""

import random
from datetime import datetime, timedelta
from typing import Final

from tongshang.demo.furnish import Furnished
from tongshang.demo.goods import Market
from tongshang.demo.stage import Stage

_SEED: Final = 20_261_125
_ASKED: Final = (
    "咖啡机", "花束", "空气炸锅", "月饼", "乔迁礼物", "手帐本", "桂花乌龙", "夜灯", "露营", "送妈妈",
    "积木", "保温午餐袋", "香薰蜡烛", "巧克力", "多肉",
)  # fmt: skip
_DAYS: Final = 5
_EACH: Final = 5
_SLOWLY: Final = timedelta(minutes=2)  # nobody searches faster than people type


async def look_for(stage: Stage, market: Market, made: Furnished, now: datetime) -> None:
    """Every buyer, some days; all agreed to have their queries remembered."""
    chance = random.Random(_SEED)
    weights = [len(_ASKED) - place for place in range(len(_ASKED))]
    for buyer in market.buyers:
        caller = made.callers[buyer.key]
        await stage.ask(caller, "/v1/buyer/search/recent/consent", keeps=True)
        at = now - timedelta(days=chance.randrange(1, _DAYS), hours=chance.randrange(10))
        for query in chance.choices(_ASKED, weights, k=_EACH):
            stage.go_to(at)
            await stage.ask(caller, "/v1/buyer/search/recent/add", q=query)
            at += _SLOWLY
    stage.go_to(now)
