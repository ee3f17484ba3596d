"""What people read and watch beside the market's stories: videos, pages, a shop's own words.

Videos are the demo's pictures in motion (`films`); they are made in threads of their own while the
goods are put on the shelves.
"""

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tongshang.demo.films import SHOT_SECONDS, Shot, film
from tongshang.demo.furnish import Furnished
from tongshang.demo.goods import Content, Market
from tongshang.demo.past import CHINA
from tongshang.demo.recipe import picture_name
from tongshang.demo.stage import Stage
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.runtime.files import SentFile

SHOTS_MAX: Final = 4

Block = dict[str, Any]


# --- videos -------------------------------------------------------------------------------------


class Reel:
    """The market's videos while they are made."""

    def __init__(self, market: Market, pictures: Path) -> None:
        """Begin with all of them."""
        goods = {product.code: product for product in market.products}
        self._films = {
            one.key: asyncio.create_task(
                asyncio.to_thread(
                    _film,
                    [pictures / picture_name(one.cover_picture)]
                    + [pictures / picture_name(goods[c].head_pictures[0]) for c in one.products],
                )
            )
            for one in market.contents
            if one.kind == "video"
        }

    async def keep(self, stage: Stage, market: Market, made: Furnished) -> None:
        """Upload them, each as its author's."""
        authors = {one.key: one.author for one in market.contents}
        for key, task in self._films.items():
            content = await task
            sent = SentFile(io.BytesIO(content), len(content))
            author = made.callers[authors[key]]
            kept = await stage.ask(author, "/v1/promoter/video/upload", media=sent)
            made.films[key] = kept.url


def _film(pictures: Sequence[Path]) -> bytes:
    return film([Shot(picture.read_bytes()) for picture in pictures[:SHOTS_MAX]])


def video_blocks(content: Content, made: Furnished) -> list[Block]:
    """A video's words, and each product's card at the second when its picture comes."""
    cards = [
        {**_card(made, code), "at_seconds": SHOT_SECONDS * min(place, SHOTS_MAX - 1)}
        for place, code in enumerate(content.products, start=1)
    ]
    return [_words(content.summary), *cards]


# --- pages and articles -------------------------------------------------------------------------


async def add_more(stage: Stage, market: Market, made: Furnished, now: datetime) -> None:
    """A gift page and an article of shops, a promoter's page, a scheduled article and a draft."""
    goods = {product.code: product for product in market.products}

    def picture(code: str, number: int = 0) -> str:
        return made.urls[goods[code].head_pictures[number]]

    await _write(stage, made, "shiguang", "送礼专区：给四种人的四份心意", _gift_page(made), "mini_page",
                 cover_url=picture("G044", 1))  # fmt: skip
    await _write(stage, made, "aning", "阿宁的礼物抽屉：百元上下，拿得出手", _drawer(made), "mini_page",
                 cover_url=picture("G027", 1))  # fmt: skip
    flowers = {"title": "花束到家的头三天", "cover_url": picture("B002", 1), "kind": "article"}
    first = await stage.ask(
        made.callers["sishi"], "/v1/shop/content/add", **flowers, blocks=_flowers(made)[:3]
    )
    await stage.ask(
        made.callers["sishi"], "/v1/shop/content/update", content_id=first.content_id, **flowers,
        blocks=_flowers(made),
    )  # fmt: skip
    evening = (now + timedelta(days=1)).astimezone(CHINA).replace(hour=20, minute=0, second=0)
    await _write(stage, made, "laozhou", "小青柑第一泡，倒还是不倒", _tangerines(made), "article",
                 cover_url=picture("T008", 1), publish_at=evening.replace(microsecond=0).isoformat())  # fmt: skip
    await _write(stage, made, "yueyue", "冰箱里剩半罐辣子，今晚吃什么", _chillies(made), "article",
                 cover_url=picture("T030", 0), is_draft=True)  # fmt: skip
    await _restrict(stage, made)


async def _write(
    stage: Stage, made: Furnished, author: str, title: str, blocks: list[Block], kind: str,
    **more: Any,
) -> None:  # fmt: skip
    caller = made.callers[author]
    audience = "shop" if "shop" in caller.scopes else "promoter"
    path = f"/v1/{audience}/content/add"
    await stage.ask(caller, path, title=title, blocks=blocks, kind=kind, **more)


async def _restrict(stage: Stage, made: Furnished) -> None:
    """One thing that is out of season is not recommended for now."""
    async with stage.calling() as call:
        (platform,) = await identity.list_parties(call.tx, PartyKind.PLATFORM)
    _, product_id = made.products["G043"]
    await stage.ask(
        identity.operator_caller(platform), "/v1/platform/restriction/add", product_id=product_id,
        scenes=[5, 8], source=1, reason="过季灯串，下个冬天再推荐",
    )  # fmt: skip


def _gift_page(made: Furnished) -> list[Block]:
    return [
        _words("不知道送什么的时候，先想是<b>送给谁</b>。付了钱不用填地址，对方收下时自己填。"),
        _heading("过生日的人"), *_cards(made, "gift", "G044", "G005"),
        _heading("刚搬家的人"), *_cards(made, "gift", "G045", "G017"),
        _heading("一直照顾你的人"), *_cards(made, "large", "G019", "G027"),
        _heading("还没长大的人"), *_cards(made, "large", "G042", "G038"),
        _words("贺卡可以写 40 个字，我们用手写体打印好，放在盒子最上面。"),
        {"kind": "shop", "shop_id": made.products["G001"][0]},
    ]  # fmt: skip


def _drawer(made: Furnished) -> list[Block]:
    return [
        _words("抽屉里总要备几样东西。<em>不贵，不大，但拆开的时候会“哇”一下。</em>"),
        _heading("桌面上的"), *_cards(made, "large", "G034", "B018"),
        _heading("嘴里的"), *_cards(made, "bar", "T016", "T025", "G015"),
        _heading("手边的"), *_cards(made, "bar", "G041", "P001", "P010"),
        _words("都是我自己买过、送过的。价格和库存看卡片，<b>以当下为准</b>。"),
    ]  # fmt: skip


def _flowers(made: Furnished) -> list[Block]:
    return [
        _words("鲜花在路上走了一天一夜，到家先别急着拍照。"),
        _heading("第一天：醒花"),
        _words("<ul><li>斜剪 2 厘米，剪口朝下泡深水，<b>两小时</b></li><li>泡在水里的叶子全部去掉</li></ul>"),
        *_cards(made, "small", "B010"),
        _heading("第二天：换水"),
        _words("水到瓶子的三分之一就够。夏天每天换，冬天两天一换；换水时再剪 1 厘米。"),
        *_cards(made, "text", "B011"),
        _heading("第三天：挪位置"),
        _words("离开窗台和水果。苹果放出的乙烯会让花开得太快。"),
        *_cards(made, "bar", "B002", "B005"),
        _words('还是蔫了？拍张照片发给我们，<a href="/chats">在聊天里问</a>，当天回。'),
    ]  # fmt: skip


def _tangerines(made: Furnished) -> list[Block]:
    return [
        _words("有人说第一泡是洗茶，要倒。有人说第一泡最香，倒了可惜。我各试了十次。"),
        _heading("结论先说"),
        _words("熟普里的小青柑，第一泡<b>倒</b>；但只冲三秒，别闷。"),
        *_cards(made, "large", "T008"),
        _words("顺手泡一壶陈皮山楂，晚饭后喝刚好。"),
        *_cards(made, "bar", "T012"),
    ]


def _chillies(made: Furnished) -> list[Block]:
    return [
        _words("先把面烧上水。"),
        *_cards(made, "small", "T030"),
    ]


def _heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def _words(text: str) -> Block:
    return {"kind": "paragraph", "text": text}


def _cards(made: Furnished, look: str, *codes: str) -> list[Block]:
    return [{**_card(made, code), "look": look} for code in codes]


def _card(made: Furnished, code: str) -> Block:
    shop_id, product_id = made.products[code]
    return {"kind": "card", "shop_id": shop_id, "product_id": product_id}
