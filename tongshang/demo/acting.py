"""The past acted out: every buyer and shop does by the endpoints what they would have done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tongshang.demo import furnish, past, seen
from tongshang.demo.contents import video_blocks
from tongshang.demo.furnish import Furnished
from tongshang.demo.goods import Content, Market
from tongshang.demo.past import Item, Move, Sale, Step
from tongshang.demo.stage import Stage
from tongshang.modules.surfaces.api import card_token
from tongshang.runtime.call import Caller

# How long tasks may lie: less than the hours that `past` puts between what waits for them.
_PAUSE: Final = timedelta(hours=3)
# How long what runs on the clock may lie: who looks at an order of last week will not mind.
_ROUND: Final = timedelta(hours=8)
_SOON: Final = timedelta(minutes=31)  # when who has not paid will not
_LOOKED_FOR: Final = timedelta(minutes=6)  # from opening a card to placing the order

_COMPLAINTS: Final = (
    ("QUALITY_ISSUE", "收到时边角有一处磕碰，照片已留存"),
    ("NOT_MATCH_PRODUCT_DESC", "颜色比图片深一些，想退一件"),
    ("NO_LONGER_WANT", "家里已经有一件了，不好意思"),
)
_CANCELLED_REASON: Final = ("INCORRECT_SELECTION", "拍错了颜色，重新下单")
_REFUSAL: Final = "商品已使用，影响二次销售，可为您提供免费维修"


@dataclass(slots=True)
class Actor:
    """Acts out a past, and remembers which sale became which order."""

    stage: Stage
    made: Furnished
    now: datetime
    orders: dict[int, str] = field(default_factory=dict)
    cases: dict[int, str] = field(default_factory=dict)
    placed: list[tuple[str, str]] = field(default_factory=list)  # shop and order

    async def act(self, market: Market, tell: Callable[[int, int], None]) -> None:
        """Everything in order of time; `tell` hears how far it is. Ends in the present."""
        scenes = _scenes(market, self.now)
        last = worked_at = went_round_at = scenes[0][0]
        for done, (at, scene) in enumerate(scenes, start=1):
            self.stage.go_to(min(at, last + _SOON))
            if at - went_round_at > _ROUND:
                await self.stage.finish_work()
                worked_at = went_round_at = at
            elif at - worked_at > _PAUSE:
                await self.stage.finish_tasks()
                worked_at = at
            last = at
            self.stage.go_to(at)
            if isinstance(scene, Content):
                blocks = video_blocks(scene, self.made) if scene.kind == "video" else ()
                await furnish.publish(self.stage, scene, self.made, self.now, blocks)
            else:
                await _MOVES[scene.move](self, scene.sale)
            tell(done, len(scenes))
        self.stage.return_to_now()
        await self.stage.finish_work()

    async def place(self, sale: Sale) -> None:
        """Look at the cards, then order."""
        buyer = self.made.callers[sale.buyer]
        self.stage.go_to(sale.placed_at - _LOOKED_FOR)
        lines = [await self._line(buyer, item, sale.number) for item in sale.items]
        self.stage.go_to(sale.placed_at)
        shop_id, _ = self.made.products[sale.items[0].product.code]
        placed = await self.stage.ask(
            buyer,
            "/v1/buyer/order/place",
            shop_id=shop_id,
            address_id=self.made.addresses[sale.buyer],
            lines=lines,
            notes=sale.notes,
        )
        self.orders[sale.number] = placed.order_id
        self.placed.append((shop_id, placed.order_id))

    async def _line(self, buyer: Caller, item: Item, number: int) -> dict[str, object]:
        sku_id = self.made.skus[item.product.skus[item.sku].code]
        if not item.story:
            own = seen.own_card(number, *self.made.products[item.product.code])
            token = card_token(self.stage.opened.house, own)
            return {"sku_id": sku_id, "count": item.count, "card": token}
        content_id = self.made.contents[item.story]
        content = await self.stage.ask(buyer, "/v1/buyer/content/get", content_id=content_id)
        product_id = self.made.products[item.product.code][1]
        cards = (block.card for block in content.blocks if block.card)
        token = next(card.token for card in cards if card.product_id == product_id)
        await self.stage.ask(buyer, "/v1/buyer/card/open", token=token)
        return {"sku_id": sku_id, "count": item.count, "card": token}

    async def pay(self, sale: Sale) -> None:
        """Pay from the sandbox's wallet."""
        await self._as_buyer(sale, "order/pay", order_id=self.orders[sale.number], confirm=True)

    async def cancel(self, sale: Sale) -> None:
        """Change one's mind before paying."""
        await self._as_buyer(sale, "order/cancel", order_id=self.orders[sale.number])

    async def receive(self, sale: Sale) -> None:
        """Have the goods."""
        await self._as_buyer(sale, "order/confirm", order_id=self.orders[sale.number])

    async def ask_back(self, sale: Sale) -> None:
        """Ask money back: of everything while nothing is shipped, else of one piece."""
        is_unshipped = sale.ending is past.Ending.RETHOUGHT
        reason, text = _COMPLAINTS[sale.number % len(_COMPLAINTS)]
        if is_unshipped:
            reason, text = _CANCELLED_REASON
        for line, item in enumerate(sale.items, start=1):
            case = await self._as_buyer(
                sale,
                "aftersale/apply",
                order_id=self.orders[sale.number],
                line=line,
                count=item.count if is_unshipped else 1,
                reason=reason,
                reason_text=text,
                received=not is_unshipped,
            )
            self.cases[sale.number] = case.aftersale_id
            if not is_unshipped:
                break

    async def _as_buyer(self, sale: Sale, path: str, **fields: object) -> Any:
        return await self.stage.ask(self.made.callers[sale.buyer], f"/v1/buyer/{path}", **fields)

    async def ship(self, sale: Sale) -> None:
        """Send everything in one parcel."""
        carrier, waybill = sale.parcel
        sent = [
            {
                "product_id": self.made.products[item.product.code][1],
                "sku_id": self.made.skus[item.product.skus[item.sku].code],
                "product_cnt": item.count,
            }
            for item in sale.items
        ]
        parcel = {"delivery_id": carrier, "waybill_id": waybill, "product_infos": sent}
        await self._as_shop(
            sale,
            "order/delivery/send",
            order_id=self.orders[sale.number],
            delivery_list=[{**parcel, "deliver_type": 1}],
        )

    async def accept(self, sale: Sale) -> None:
        """Agree to the case."""
        case = self.cases[sale.number]
        await self._as_shop(sale, "aftersale/acceptapply", after_sale_order_id=case)

    async def refuse(self, sale: Sale) -> None:
        """Turn the case down."""
        case = self.cases[sale.number]
        await self._as_shop(
            sale, "aftersale/rejectapply", after_sale_order_id=case, reject_reason=_REFUSAL
        )

    async def _as_shop(self, sale: Sale, path: str, **fields: object) -> Any:
        return await self.stage.ask(self.made.callers[sale.shop], f"/channels/ec/{path}", **fields)


_MOVES: Final[Mapping[Move, Callable[[Actor, Sale], Awaitable[None]]]] = {
    Move.PLACE: Actor.place,
    Move.PAY: Actor.pay,
    Move.CANCEL: Actor.cancel,
    Move.SHIP: Actor.ship,
    Move.RECEIVE: Actor.receive,
    Move.ASK: Actor.ask_back,
    Move.ACCEPT: Actor.accept,
    Move.REFUSE: Actor.refuse,
}


def _scenes(market: Market, now: datetime) -> list[tuple[datetime, Content | Step]]:
    """Stories coming out and all that happens to sales, in order of time."""
    scenes: list[tuple[datetime, Content | Step]] = [
        (past.published_at(content, now), content) for content in market.contents
    ]
    for sale in past.sales(market, now):
        scenes += [(step.at, step) for step in past.steps(sale, now)]
    return sorted(scenes, key=lambda scene: scene[0])
