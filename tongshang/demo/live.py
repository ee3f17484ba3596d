"""The demo's live rooms: one on air, one to be, one that is over and can be seen again."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from tongshang.demo.furnish import Furnished
from tongshang.demo.goods import Market, Product
from tongshang.demo.stage import Stage
from tongshang.modules.live import api as live

_SEED: Final = 20_261_122
_HOST: Final = "/v1/promoter/live"
_VIEWER: Final = "/v1/buyer/live"

_BEGAN: Final = timedelta(minutes=42)  # ago
_SOON: Final = timedelta(hours=3)
_REPLAYED: Final = timedelta(hours=26)
_LASTED: Final = 26  # minutes
_PICTURES_EVERY: Final = 20  # seconds
_FLASH_OFF: Final = 72  # percent of the price
_FLASH_MIN_FEN: Final = 6_000
_FLASH_PIECES: Final = 8

_TEA_SAID: Final = (
    (39, "来了来了，占个前排"), (38, "周哥今晚喝哪一饼"), (36, "2016 的熟普，汤色看着就亮"),
    (33, "请问 357 克的饼一次撬多少合适"), (32, "我家是盖碗，8 克水温多少"), (29, "已下单，等着收"),
    (26, "陈皮那款会不会抢味"), (22, "上次买的已经喝完了，回购"), (17, "第七泡还有甜味，厉害"),
    (14, "送长辈的话有礼盒吗"), (9, "有没有适合办公室的小份装"), (6, "闪购冲了"), (2, "茶凉下播，可别凉太快"),
)  # fmt: skip
_FLOWERS_SAID: Final = (
    (1, "第一次看插花直播"), (4, "剪口为什么要斜着"), (7, "花瓶口小的怎么办"), (11, "尤加利能放多久"),
    (15, "原来高低错开就好看了"), (19, "下单了同款花束"), (24, "周末照着插一瓶"),
)  # fmt: skip


async def open_rooms(stage: Stage, market: Market, made: Furnished, now: datetime) -> None:
    """All three; the clock is back at `now` afterwards."""
    chance = random.Random(_SEED)
    stories = {content.key: content for content in market.contents}
    goods = {product.code: product for product in market.products}
    tea, flowers = stories["live-tea"], stories["live-flowers"]
    await _replay(stage, made, chance, flowers, now)
    await _soon(stage, made, chance, flowers, now)
    await _on_air(stage, made, chance, tea, [goods[code] for code in tea.products], now)
    stage.go_to(now)


async def _fill(stage: Stage, made: Furnished, host: Any, room: str, codes: Sequence[str]) -> None:
    refs = [dict(zip(("shop_id", "product_id"), made.products[c], strict=True)) for c in codes]
    await stage.ask(host, f"{_HOST}/bag/add", content_id=room, products=refs)


def _people(made: Furnished) -> list[Any]:
    return [one for one in made.callers.values() if one.buyer_id]


async def _on_air(
    stage: Stage, made: Furnished, chance: random.Random, story: Any, goods: list[Product],
    now: datetime,
) -> None:  # fmt: skip
    room, host, people = made.contents[story.key], made.callers[story.author], _people(made)
    stage.go_to(now - _BEGAN - timedelta(hours=5))
    for buyer in chance.sample(people, len(people) * 2 // 3):
        await stage.ask(buyer, f"{_VIEWER}/book", content_id=room)
    await _fill(stage, made, host, room, story.products)
    await _grant(stage, made, host, goods)
    stage.go_to(now - _BEGAN)
    await stage.ask(host, f"{_HOST}/start", content_id=room)
    for buyer in people:
        await stage.ask(buyer, f"{_VIEWER}/enter", content_id=room)
    for minutes, text in _TEA_SAID:
        stage.go_to(now - timedelta(minutes=minutes))
        who = chance.choice(people)
        await stage.ask(who, f"{_VIEWER}/comment", content_id=room, text=text)
        await stage.ask(who, f"{_VIEWER}/like", content_id=room, count=chance.randint(8, 60))
    for number, code in enumerate(story.products[1:4]):
        stage.go_to(now - timedelta(minutes=36 - 12 * number))
        await _explain(stage, made, host, room, code)
    stage.go_to(now - timedelta(minutes=5))
    granted = await stage.ask(host, f"{_HOST}/flash/list")
    if granted.grants:
        last = granted.grants[-1]
        await stage.ask(host, f"{_HOST}/flash/start", content_id=room, grant_id=last.grant_id)
        path = f"{_HOST}/explain/start"
        await stage.ask(host, path, content_id=room, product_id=last.product_id)


async def _grant(stage: Stage, made: Furnished, host: Any, goods: list[Product]) -> None:
    """Two shops let the host lower a price: one is opened, one waits for him."""
    able = [one for one in goods if one.skus[0].price_fen >= _FLASH_MIN_FEN][:2]
    for product in able:
        sku = product.skus[0]
        _, product_id = made.products[product.code]
        price = sku.price_fen * _FLASH_OFF // 10_000 * 100
        await stage.ask(
            made.callers[product.shop],
            "/v1/shop/live/flash/grant",
            promoter_id=host.party_id,
            product_id=product_id,
            skus=[{"sku_id": made.skus[sku.code], "price_fen": price, "sale_stock": _FLASH_PIECES}],
            limit_per_buyer=2,
            minutes=1_440,
            valid_hours=720,
        )


async def _explain(stage: Stage, made: Furnished, host: Any, room: str, code: str) -> None:
    _, product_id = made.products[code]
    await stage.ask(host, f"{_HOST}/explain/start", content_id=room, product_id=product_id)


async def _soon(
    stage: Stage, made: Furnished, chance: random.Random, story: Any, now: datetime
) -> None:
    room, host, people = made.contents[story.key], made.callers[story.author], _people(made)
    stage.go_to(now - timedelta(hours=2))
    async with stage.calling() as call:
        await live.postpone(call, int(room), now + _SOON)
    await _fill(stage, made, host, room, story.products)
    for buyer in chance.sample(people, len(people) // 2):
        await stage.ask(buyer, f"{_VIEWER}/book", content_id=room)


async def _replay(
    stage: Stage, made: Furnished, chance: random.Random, story: Any, now: datetime
) -> None:
    began, host, people = now - _REPLAYED, made.callers[story.author], _people(made)
    stage.go_to(began - timedelta(hours=6))
    made_room = await stage.ask(
        host,
        f"{_HOST}/schedule",
        title="禾亭花房：一把尤加利，三种瓶子",
        intro="从剪口到配瓶，三种高低都试一遍。",
        cover_url=made.urls[story.cover_picture],
        starts_at=began.isoformat(),
    )
    room = made_room.content_id
    await _fill(stage, made, host, room, story.products[:5])
    stage.go_to(began)
    await stage.ask(host, f"{_HOST}/start", content_id=room)
    for buyer in chance.sample(people, len(people) // 2):
        await stage.ask(buyer, f"{_VIEWER}/enter", content_id=room)
    for minute in range(_LASTED):
        for second in range(0, 60, _PICTURES_EVERY):
            stage.go_to(began + timedelta(minutes=minute, seconds=second))
            async with stage.calling() as call:
                await live.keep_picture(call, int(room))
        for said_at, text in _FLOWERS_SAID:
            if said_at == minute:
                who = chance.choice(people)
                await stage.ask(who, f"{_VIEWER}/comment", content_id=room, text=text)
                count = chance.randint(10, 80)
                await stage.ask(who, f"{_VIEWER}/like", content_id=room, count=count)
        if minute % 6 == 2:
            await _explain(stage, made, host, room, story.products[minute // 6])
    await stage.ask(host, f"{_HOST}/end", content_id=room)
