"""What the demo's buyers gave one another: gifts in every state, and chains four givings long.

Pure choices by chance with a seed of its own, so that the same market gives in the same way.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tongshang.demo.furnish import Furnished
from tongshang.demo.goods import Market
from tongshang.demo.stage import Stage
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.runtime.call import Caller

_SEED: Final = 20_261_124
_CHAIN_AGO: Final = timedelta(days=6)
_GENERATIONS: Final = 4
_GIVERS: Final = (10, 9, 8, 7)  # how many of whom received go on to give, by generation
_STEP: Final = timedelta(minutes=23)
_SURFACES: Final = (11, 8)  # product page, chat
_GIFT_CARD: Final = 12
_PRICE_MAX_FEN: Final = 30_000
_WISHES: Final = (
    "天冷了，喝点热的。", "生日快乐，愿你天天有甜的。", "搬新家，添一盏灯。", "辛苦啦，早点休息。",
    "上次说喜欢，就记住了。", "周末一起用它。", "谢谢你一直在。", "没什么事，就是想你了。",
)  # fmt: skip
_THANKS: Final = ("太喜欢了，谢谢你！", "刚好想要一个！", "心意收到，抱抱。")


@dataclass(frozen=True, slots=True)
class Goods:
    """Something to give: of which shop, and which SKU of it."""

    shop_id: str
    product_id: str
    sku_id: str


@dataclass(slots=True)
class Giving:
    """Gives everything at its time, as who gives it."""

    stage: Stage
    market: Market
    made: Furnished
    chats: dict[str, str]
    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(_SEED))

    async def give(self) -> None:
        """Chains of days ago, then what is open today."""
        await self._chains()
        await self._charity()
        await self._of_mumu()
        await self._wishes()
        await self._activity()
        self.stage.return_to_now()

    # --- the steps of a gift --------------------------------------------------------------------

    async def _goods(self, shop: str = "") -> Goods:
        """A product that is not dear, of one shop where it is named."""
        fit = [
            one.code
            for one in self.market.products
            if one.code in self.made.products
            and (not shop or one.shop == shop)
            and max(sku.price_fen for sku in one.skus) <= _PRICE_MAX_FEN
            and min(sku.stock for sku in one.skus) > 20
        ]
        shop_id, product_id = self.made.products[self.chance.choice(sorted(fit))]
        path = "/v1/buyer/product/get"
        shown = await self.stage.ask(self.stage.nobody, path, product_id=product_id)
        able = [sku for sku in shown.skus if sku.on_sale and sku.stock > 20]
        return Goods(shop_id, product_id, (able or shown.skus)[0].sku_id)

    async def _wrap(self, giver: str, goods: Goods, **fields: Any) -> Any:
        """A gift made and paid."""
        fields.setdefault("message", self.chance.choice(_WISHES))
        made = await self._ask(giver, "make", shop_id=goods.shop_id, sku_id=goods.sku_id, **fields)
        await self._ask(giver, "pay", present_id=made.present_id, confirm=True)
        await self.stage.finish_tasks()
        return made

    async def _take(self, who: str, gift: Any, thanks: str = "", *, shown: bool = False) -> None:
        path = "/v1/buyer/address/list"
        book = (await self.stage.ask(self._caller(who), path)).addresses
        address_id = book[0].address_id
        await self._ask(who, "claim", token=gift.token, address_id=address_id, is_on_wall=shown)
        if thanks:
            await self._ask(who, "thank", present_id=gift.present_id, text=thanks)

    async def _ask(self, who: str, path: str, **fields: Any) -> Any:
        return await self.stage.ask(self._caller(who), f"/v1/buyer/gifts/{path}", **fields)

    def _caller(self, who: str) -> Caller:
        return self.made.callers[who]

    def _id(self, who: str) -> str:
        return str(self._caller(who).buyer_id)

    # --- who gives what ---------------------------------------------------------------------------

    async def _chains(self) -> None:
        """Ten give; of those who received some give on, four givings deep, all of one shop."""
        people = [one.key for one in self.market.buyers]
        shop = self.market.products[0].shop
        at, parents = self.now - _CHAIN_AGO, [("", who) for who in people]
        for generation in range(_GENERATIONS):
            # All are wrapped before any is taken: who has received something gives on from there.
            wrapped: list[tuple[str, Any]] = []
            for number, (parent_id, giver) in enumerate(parents[: _GIVERS[generation]]):
                at += _STEP
                self.stage.go_to(at)
                gift = await self._wrap(
                    giver,
                    await self._goods(shop),
                    kind=2,
                    portions=2,
                    surface=_GIFT_CARD if generation else _SURFACES[number % len(_SURFACES)],
                    is_on_wall=True,
                    parent_id=parent_id,
                )
                wrapped.append((giver, gift))
            received: list[tuple[str, str]] = []
            for giver, gift in wrapped:
                others = self.chance.sample([one for one in people if one != giver], 2)
                for who in others[: self.chance.choice((1, 2, 2, 2))]:
                    at += timedelta(minutes=self.chance.randint(2, 20))
                    self.stage.go_to(at)
                    await self._take(who, gift, self.chance.choice(_THANKS), shown=True)
                    received.append((gift.present_id, who))
            parents = list({who: (parent_id, who) for parent_id, who in received}.values())

    async def _charity(self) -> None:
        """The platform's choice of where gifts go that their receivers give away."""
        name, intro = "春苗乡村图书", "给乡村小学送书"
        async with self.stage.calling() as call:
            draft = PartyDraft(PartyKind.SHARER, name, "Seedling Books", intro)
            (party_id,) = await identity.add_parties(call, [draft])
            (platform,) = await identity.list_parties(call.tx, PartyKind.PLATFORM)
        operator = identity.operator_caller(platform)
        rule = {
            "name": "donation_party_id",
            "value": party_id,
            "reason": "ours: the demo's charity",
        }
        await self.stage.ask(operator, "/v1/platform/gifts/rule/set", **rule)

    async def _of_mumu(self) -> None:
        """What the first buyer gave and got: each state that a gift can be in."""
        await self._ago(30, "mumu", "xingye", hides_price=True)  # nobody took it in time
        declined = await self._ago(20, "mumu", "yifan")
        await self._ask("yifan", "decline", token=declined.token)
        donated = await self._ago(18, "mumu", "xiaohai", message="别推辞，一点心意。")
        await self._ask("xiaohai", "donate", token=donated.token)
        thanked = await self._ago(16, "mumu", "qiuqiu", is_on_wall=True)
        await self._take("qiuqiu", thanked, "被你惦记着真好", shown=True)
        await self._ago(5, "mumu", "laojiang")
        await self._ago(3, "pangpang", "mumu", message="上次说喜欢，就记住了。", hides_price=True)
        kept = await self._ago(2, "ajie", "mumu")
        await self._ask("mumu", "claim", token=kept.token)
        group = await self._ago(1, "xingye", kind=2, portions=3, **self._chat("camping"))
        await self._take("ajie", group)
        draw = await self._ago(1, "pangpang", kind=3, portions=1, **self._chat("tea"))
        for who in ("mumu", "laojiang"):
            await self._ask(who, "join", token=draw.token)
        drawn = await self._ago(4, "mumu", kind=3, portions=2, message="抽两位，一起尝尝。")
        for who in ("xingye", "qiuqiu", "xiaohai", "ajie", "tangtang"):
            await self._ask(who, "join", token=drawn.token)
        await self._ask("mumu", "draw", present_id=drawn.present_id)
        later = (self.now + timedelta(days=2)).isoformat()
        await self._ago(1, "mumu", "xiaohai", send_at=later, message="生日快乐！")

    def _chat(self, key: str) -> dict[str, Any]:
        """To the members of a group, where there is one."""
        return {"chat_id": self.chats[key], "audience": 2} if key in self.chats else {}

    async def _ago(self, hours: int, giver: str, to: str = "", **fields: Any) -> Any:
        self.stage.go_to(self.now - timedelta(hours=hours))
        if to:
            fields["to_buyer_id"] = self._id(to)
        return await self._wrap(giver, await self._goods(), surface=8, **fields)

    async def _wishes(self) -> None:
        """What people wish for."""
        self.stage.go_to(self.now - timedelta(hours=7))
        for who in ("mumu", "qiuqiu", "xingye"):
            for note in ("露营用", ""):
                goods = await self._goods()
                await self._ask(
                    who, "wish/add", shop_id=goods.shop_id, product_id=goods.product_id, note=note
                )

    async def _activity(self) -> None:
        """A shop gives its own goods."""
        shop = self.market.products[0].shop
        goods = await self._goods(shop)
        self.stage.go_to(self.now - timedelta(hours=6))
        pool = {"product_id": goods.product_id, "sku_id": goods.sku_id, "pieces": 5}
        await self.stage.ask(
            self._caller(shop), "/v1/shop/gifts/activity/make",
            name="老顾客回礼", starts_at=(self.now - timedelta(hours=7)).isoformat(),
            ends_at=(self.now + timedelta(days=14)).isoformat(), pool=[pool], budget_fen=200_000,
        )  # fmt: skip
