"""Why ordering says no. Codes 100002, 101100, 606031 and 31042 are the reference's (section 14.2)."""

from tongshang.kernel.refusal import Kind, Refusal


class OrderNotFound(Refusal, code=100002, kind=Kind.NOT_FOUND, zh="订单不存在：{order_id}"):
    """Not exist: there is no order {order_id}"""


class MayNotShip(Refusal, code=101100, kind=Kind.CONFLICT, zh="订单当前状态不能发货：{state}"):
    """the order may not be shipped in its state: {state}"""


class NotInOrder(
    Refusal,
    code=606031,
    kind=Kind.INVALID,
    zh="商品 {product_id} 的 SKU {sku_id} 不在该订单中，或待发数量只有 {left}",
):
    """product_id or sku_id wrong: of {product_id} / {sku_id} this order has {left} left to ship"""


class RangeTooWide(
    Refusal, code=31042, kind=Kind.INVALID, zh="请提供创建或更新时间范围，且不超过 {days} 天"
):
    """too many orders: give a create or update time range of at most {days} days"""


class NoLines(Refusal, code=9010001, kind=Kind.INVALID, zh="订单至少要有一件商品"):
    """An order has at least one line."""


class TooManyLines(Refusal, code=9010002, kind=Kind.INVALID, zh="一个订单最多 {limit} 行商品"):
    """An order has at most {limit} lines."""


class CountOutOfRange(
    Refusal, code=9010003, kind=Kind.INVALID, zh="SKU {sku_id} 的购买数量须在 1 到 {limit} 之间"
):
    """Of SKU {sku_id} one buys 1 to {limit} at a time."""


class SkuNotFound(
    Refusal, code=9010004, kind=Kind.NOT_FOUND, zh="店铺 {shop_id} 没有 SKU {sku_id}"
):
    """Shop {shop_id} has no SKU {sku_id}; an order is of one shop."""


class NotOnSale(Refusal, code=9010005, kind=Kind.CONFLICT, zh="商品已下架：{title}"):
    """{title} (SKU {sku_id}) is not on sale."""


class AddressNotFound(
    Refusal, code=9010006, kind=Kind.NOT_FOUND, zh="收货地址不存在：{address_id}"
):
    """You have no address {address_id}."""


class TooFewInStock(
    Refusal, code=9010007, kind=Kind.CONFLICT, zh="库存不足：SKU {sku_id} 还剩 {left} 件"
):
    """Of SKU {sku_id} only {left} are left."""


class PriceChanged(
    Refusal,
    code=9010008,
    kind=Kind.CONFLICT,
    zh="价格已变化：现在共 {now_fen} 分，您看到的是 {expected_fen} 分",
):
    """The price has changed: it is {now_fen} fen now, and you expected {expected_fen} fen."""


class FlashGone(
    Refusal,
    code=9010030,
    kind=Kind.CONFLICT,
    zh="限时抢购已抢完：SKU {sku_id} 还剩 {left} 件抢购价；按现价共 {now_fen} 分，可重新下单",
):
    """The flash price is gone: of SKU {sku_id} {left} are left at it. It is {now_fen} fen now."""


class FlashLimitReached(
    Refusal,
    code=9010031,
    kind=Kind.CONFLICT,
    zh="限时抢购每人限购 {limit} 件（SKU {sku_id}）；按现价共 {now_fen} 分，可重新下单",
):
    """One buyer gets {limit} at the flash price of SKU {sku_id}. It is {now_fen} fen now."""


class NothingToPay(Refusal, code=9010009, kind=Kind.CONFLICT, zh="订单金额至少为 1 分"):
    """An order costs at least 1 fen."""


class NotUnpaid(Refusal, code=9010010, kind=Kind.CONFLICT, zh="订单不是待付款状态：{state}"):
    """The order does not wait for payment: it is {state}."""


class PriceNotLower(
    Refusal, code=9010011, kind=Kind.INVALID, zh="只能改低价格：{field} 不能高于 {limit} 分"
):
    """A price is only changed downwards: {field} is at most {limit} fen."""


class TooManyPriceChanges(
    Refusal, code=9010012, kind=Kind.CONFLICT, zh="一个订单最多改价 {limit} 次"
):
    """The price of an order is changed at most {limit} times."""


class PriceOfNothing(
    Refusal, code=9010013, kind=Kind.INVALID, zh="该订单没有商品 {product_id} 的 SKU {sku_id}"
):
    """The order has no SKU {sku_id} of product {product_id}."""


class TooManyInAftersale(
    Refusal, code=9010014, kind=Kind.CONFLICT, zh="可售后数量不足：该行还有 {left} 件"
):
    """Of line {line} only {left} can go into aftersale."""


class CartFull(Refusal, code=9010015, kind=Kind.CONFLICT, zh="购物车最多 {limit} 种商品"):
    """A cart holds at most {limit} different SKUs."""


class NotInCart(Refusal, code=9010016, kind=Kind.NOT_FOUND, zh="购物车中没有 SKU {sku_id}"):
    """There is no SKU {sku_id} in your cart."""


class MovedMeanwhile(Refusal, code=9010017, kind=Kind.CONFLICT, zh="订单刚刚发生了变化，请刷新"):
    """The order has just changed; read it again."""


class NothingShipped(Refusal, code=9010019, kind=Kind.INVALID, zh="发货清单为空"):
    """A parcel holds at least one piece of the order."""


class BeyondPaid(
    Refusal, code=9010021, kind=Kind.CONFLICT, zh="退款超过该行的实付金额，还可退 {left_fen} 分"
):
    """Of line {line} only {left_fen} fen can still be refunded."""


class GiftNotWaiting(Refusal, code=9010022, kind=Kind.CONFLICT, zh="礼物不在待收下状态：{state}"):
    """The gift does not wait to be accepted: its order is {state}."""


class NotTheSameProduct(
    Refusal, code=9010023, kind=Kind.INVALID, zh="SKU {sku_id} 不是同一商品的规格"
):
    """SKU {sku_id} is not of the same product."""


class NotTheSamePrice(
    Refusal, code=9010024, kind=Kind.CONFLICT, zh="只能换成同价的规格，SKU {sku_id} 价格不同"
):
    """Only for a SKU of the same price: SKU {sku_id} costs more or less."""


class GiftPriceFixed(Refusal, code=9010025, kind=Kind.CONFLICT, zh="礼物订单不能改价"):
    """The price of a gift is its giver's matter: it is not changed."""


class SkuChangeTooLate(
    Refusal, code=9010026, kind=Kind.CONFLICT, zh="只有待发货的订单可以申请更换规格：{state}"
):
    """Only an order that waits for shipment can get another SKU: it is {state}."""


class SkuChangeWaits(
    Refusal, code=9010027, kind=Kind.CONFLICT, zh="该订单已有一个等待商家处理的换规格申请"
):
    """A request for another SKU waits for the shop already."""


class NoSkuChange(
    Refusal, code=9010028, kind=Kind.NOT_FOUND, zh="订单 {order_id} 没有等待处理的换规格申请"
):
    """Order {order_id} has no request for another SKU that waits."""


class GiftAmountFixed(
    Refusal, code=9010029, kind=Kind.INVALID, zh="送礼人隐藏了价格，只能申请退全部金额"
):
    """The giver has hidden the price: ask for all of it, without an amount."""
