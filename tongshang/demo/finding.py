"""Whom the demo's buyers follow, what they saved and looked at, and where everybody is.

Pure choices by chance with a seed of its own, so that the same market is found in the same way.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from tongshang.demo.furnish import Furnished
from tongshang.demo.goods import Market
from tongshang.demo.stage import Stage
from tongshang.modules.discovery import api as discovery
from tongshang.modules.discovery.api import Choices

_SEED: Final = 20_261_122
# Who lets friends see what they bought.
_OPEN: Final = ("xingye", "pangpang", "qiuqiu", "ajie", "nuannuan", "tangtang")
_PLACES: Final = {
    "shiguang": ("浙江省", "杭州市"), "manju": ("广东省", "深圳市"),
    "shanyue": ("福建省", "厦门市"), "paperplane": ("四川省", "成都市"),
    "sishi": ("云南省", "昆明市"), "aning": ("北京市", "北京市"),
    "laozhou": ("福建省", "厦门市"), "yueyue": ("四川省", "成都市"),
    "dalin": ("上海市", "上海市"), "xiaoman": ("浙江省", "杭州市"),
    "heting": ("云南省", "昆明市"), "chenke": ("北京市", "北京市"),
}  # fmt: skip
_FOLLOWS: Final = 4
_SAVED: Final = 6
_LOOKS: Final = 24
_DAYS: Final = 6


async def settle_in(stage: Stage, market: Market, made: Furnished) -> None:
    """Before the trade: where everybody is, who follows whom, who shows what to friends."""
    chance = random.Random(_SEED)
    parties = [*(shop.key for shop in market.shops), *(one.key for one in market.promoters)]
    callers = made.callers
    async with stage.calling() as call:
        for key, place in _PLACES.items():
            await discovery.set_place(call, callers[key].party_id, *place)
        follows = [
            (callers[buyer.key].buyer_id, callers[party].party_id, call.at)
            for buyer in market.buyers
            for party in chance.sample(parties, _FOLLOWS)
        ]
        await discovery.add_follows(call, follows)
        shown = [callers[key].buyer_id for key in _OPEN]
        await discovery.set_choices(call, shown, Choices(shows_purchases=True))


async def look_around(stage: Stage, market: Market, made: Furnished, now: datetime) -> None:
    """After it: what people saved and looked at in the last days."""
    chance = random.Random(_SEED + 1)
    goods = [product_id for _, product_id in made.products.values()]
    stories, shops = list(made.contents.values()), [shop.key for shop in market.shops]
    async with stage.calling() as call:
        for buyer in market.buyers:
            buyer_id = made.callers[buyer.key].buyer_id
            shop = str(made.callers[chance.choice(shops)].party_id)
            saved = [*chance.sample(goods, _SAVED), *chance.sample(stories, 2), shop]
            seen = [*chance.sample(goods, _LOOKS), *chance.sample(stories, 5), shop]
            await discovery.add_saved(call, _kept(chance, buyer_id, saved, now))
            await discovery.add_looks(call, _kept(chance, buyer_id, seen, now))
        await discovery.count_heat(call)


def _kept(
    chance: random.Random, buyer_id: int, items: Sequence[str], now: datetime
) -> list[tuple[int, int, datetime]]:
    """Each item at some time of the last days."""
    most = _DAYS * 24 * 60
    return [
        (buyer_id, int(item), now - timedelta(minutes=chance.randrange(5, most)))
        for item in dict.fromkeys(items)
    ]
