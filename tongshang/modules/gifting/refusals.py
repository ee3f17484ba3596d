"""Why gifting says no. Codes outside 9020 are the reference's (sections 5.2, 5.3)."""

from tongshang.kernel.refusal import Kind, Refusal

# --- documented --------------------------------------------------------------------------------


class NoStock(Refusal, code=108001, kind=Kind.CONFLICT, zh="礼物库存不足"):
    """no stock: of SKU {sku_id} only {left} are left"""


class NotSellable(Refusal, code=108002, kind=Kind.CONFLICT, zh="商品不可售卖"):
    """the product is not sellable: {reason}"""


class RiskControl(Refusal, code=608010, kind=Kind.FORBIDDEN, zh="触发风控，无法创建礼物单"):
    """risk control: {reason}"""


class NotInPool(Refusal, code=608016, kind=Kind.INVALID, zh="商品不在活动礼物池中"):
    """the product is not in the activity's gift pool"""


class MerchantPriceTooHigh(
    Refusal, code=608021, kind=Kind.CONFLICT, zh="商家送礼的商品价格不能超过 {limit} 分"
):
    """the price is above {limit} fen"""


class RequestUsed(Refusal, code=6011104, kind=Kind.CONFLICT, zh="idempotent_id 已用于另一个请求"):
    """idempotent_id was used for another request"""


class WrongPresentState(Refusal, code=6080073, kind=Kind.CONFLICT, zh="礼物单状态不正确：{state}"):
    """wrong present state: {state}"""


class ReceiversNotSupported(
    Refusal, code=6080074, kind=Kind.CONFLICT, zh="该礼物单不支持指定收礼人"
):
    """the present does not support receivers to be set"""


class WrongSubOrder(Refusal, code=6080075, kind=Kind.INVALID, zh="子单 {order_id} 不属于该礼物单"):
    """wrong sub order {order_id}"""


class ReceiverSet(Refusal, code=6080076, kind=Kind.CONFLICT, zh="子单 {order_id} 已指定收礼人"):
    """sub order {order_id} has a receiver already"""


class WrongPresentId(Refusal, code=6080077, kind=Kind.NOT_FOUND, zh="礼物单不存在：{present_id}"):
    """wrong present id {present_id}"""


class NoSubOrders(Refusal, code=6080078, kind=Kind.INVALID, zh="子单列表不能为空"):
    """the list of sub orders is empty"""


class SameReceiver(Refusal, code=6080079, kind=Kind.INVALID, zh="两个子单的收礼人相同"):
    """two sub orders have the same receiver"""


class ReceiverIsGiver(Refusal, code=6080101, kind=Kind.INVALID, zh="收礼人不能是送礼人"):
    """the receiver is the giver"""


class NotTheReceiver(Refusal, code=606662, kind=Kind.FORBIDDEN, zh="您不是这份礼物的收礼人"):
    """the current user is not the receiver"""


# --- making ------------------------------------------------------------------------------------


class PresentNotFound(Refusal, code=9020001, kind=Kind.NOT_FOUND, zh="礼物不存在"):
    """There is no such gift."""


class GiftTooDear(Refusal, code=9020002, kind=Kind.CONFLICT, zh="单件礼物最高 {limit_fen} 分"):
    """A gift costs at most {limit_fen} fen a piece."""


class NotGivable(Refusal, code=9020003, kind=Kind.CONFLICT, zh="这类商品不能送礼：{title}"):
    """Goods of this category cannot be given: {title}."""


class FormDoesNotFit(Refusal, code=9020004, kind=Kind.INVALID, zh="送礼方式不完整：{rule}"):
    """The way of giving does not fit: {rule}"""


class TimeOutOfRange(Refusal, code=9020005, kind=Kind.INVALID, zh="时间 {field} 须在 {rule}"):
    """The time {field} lies {rule}."""


class WordsForbidden(Refusal, code=9020006, kind=Kind.INVALID, zh="文字含违禁内容：{reason}"):
    """The words may not be said here: {reason}"""


class NotUnpaid(Refusal, code=9020007, kind=Kind.CONFLICT, zh="礼物不是待付款状态：{state}"):
    """The gift does not wait for payment: it is {state}."""


class CannotCallBack(Refusal, code=9020008, kind=Kind.CONFLICT, zh="礼物已送出，不能撤回：{state}"):
    """A gift that was sent cannot be taken back: it is {state}."""


class GiverNotFriend(
    Refusal, code=9020009, kind=Kind.FORBIDDEN, zh="对方不是您的好友，或已将您屏蔽"
):
    """You can send it to a friend of yours only, who does not block you."""


# --- taking ------------------------------------------------------------------------------------


class OwnGift(Refusal, code=9020020, kind=Kind.CONFLICT, zh="不能领取自己送出的礼物"):
    """You cannot take a gift of your own."""


class AllTaken(Refusal, code=9020021, kind=Kind.CONFLICT, zh="礼物已被领完"):
    """All are taken."""


class GiftExpired(Refusal, code=9020022, kind=Kind.GONE, zh="礼物已过期，款项已退回送礼人"):
    """The gift has expired; its giver gets the money back."""


class GiftNotSent(Refusal, code=9020023, kind=Kind.CONFLICT, zh="礼物还没有送出"):
    """The gift has not been sent yet."""


class GiftDeclined(Refusal, code=9020024, kind=Kind.CONFLICT, zh="这份礼物已被婉拒"):
    """The gift was declined."""


class NotDrawn(Refusal, code=9020025, kind=Kind.CONFLICT, zh="还没有开奖"):
    """The draw has not been made yet."""


class NotWon(Refusal, code=9020026, kind=Kind.CONFLICT, zh="很遗憾，没有抽中"):
    """Chance chose others."""


class AlreadyYours(Refusal, code=9020027, kind=Kind.CONFLICT, zh="每人最多领取一份"):
    """One has at most one portion of a gift."""


class AlreadyOrdered(Refusal, code=9020028, kind=Kind.CONFLICT, zh="礼物已收下，等待商家发货"):
    """The gift is accepted and on its way."""


class NotADraw(Refusal, code=9020029, kind=Kind.CONFLICT, zh="这份礼物不是抽奖礼物"):
    """There is nothing to be drawn of this gift."""


class DrawOver(Refusal, code=9020030, kind=Kind.CONFLICT, zh="抽奖已经结束"):
    """The draw is over."""


class DrawFull(Refusal, code=9020031, kind=Kind.CONFLICT, zh="参加人数已满（{limit} 人）"):
    """The draw has its {limit} participants."""


class MovedMeanwhile(Refusal, code=9020032, kind=Kind.CONFLICT, zh="礼物刚刚发生了变化，请刷新"):
    """The gift has just changed; read it again."""


class AddressNotFound(Refusal, code=9020033, kind=Kind.NOT_FOUND, zh="收货地址不存在"):
    """You have no address {address_id}."""


class ExtendedBefore(Refusal, code=9020034, kind=Kind.CONFLICT, zh="只能延长一次，且须在过期前"):
    """A gift is extended once, while it is open."""


class MayNotPassOn(Refusal, code=9020035, kind=Kind.FORBIDDEN, zh="礼物不能转赠"):
    """A gift is not passed on."""


class NotOrdered(Refusal, code=9020037, kind=Kind.CONFLICT, zh="收下礼物后才能致谢"):
    """One thanks for a gift that one has accepted."""


class ThankedBefore(Refusal, code=9020038, kind=Kind.CONFLICT, zh="已经致谢过了"):
    """You have said your thanks."""


class PictureNotOurs(Refusal, code=9020039, kind=Kind.INVALID, zh="图片须先上传到本平台"):
    """The picture has to be uploaded here first."""


class ReturnNotFound(Refusal, code=9020040, kind=Kind.NOT_FOUND, zh="礼物售后单不存在"):
    """There is no present aftersale {aftersale_id}."""


class NudgedLately(Refusal, code=9020041, kind=Kind.CONFLICT, zh="刚刚提醒过了，过一会儿再试"):
    """You have reminded them a short while ago; the platform allows it now and then."""


class NobodyToRemind(
    Refusal, code=9020042, kind=Kind.CONFLICT, zh="没有可以提醒的人，请把链接再发一次"
):
    """Nobody is known who could be reminded: pass the link on once more."""


class GiftDonated(Refusal, code=9020043, kind=Kind.CONFLICT, zh="这份礼物已经捐出"):
    """The gift was given to a charity."""


class NotDonatable(Refusal, code=9020044, kind=Kind.FORBIDDEN, zh="这份礼物不能捐出"):
    """A gift like this one cannot be given to a charity here."""


# --- activities, rules, wishes -----------------------------------------------------------------


class ActivityNotFound(Refusal, code=9020050, kind=Kind.NOT_FOUND, zh="送礼活动不存在"):
    """There is no such activity of giving."""


class ActivityNotRunning(Refusal, code=9020051, kind=Kind.CONFLICT, zh="送礼活动不在进行中"):
    """The activity of giving does not run now."""


class BudgetSpent(Refusal, code=9020052, kind=Kind.CONFLICT, zh="送礼活动的预算已用完"):
    """The budget of the activity is spent: {left_fen} fen are left."""


class WishListFull(Refusal, code=9020053, kind=Kind.CONFLICT, zh="心愿单最多 {limit} 件"):
    """A wish list holds at most {limit} products."""


class WishNotFound(Refusal, code=9020054, kind=Kind.NOT_FOUND, zh="心愿单中没有这件商品"):
    """There is no such product on the wish list."""


class RuleUnknown(Refusal, code=9020055, kind=Kind.NOT_FOUND, zh="没有这条送礼规则：{name}"):
    """There is no rule of giving named {name}."""


class RuleOutOfRange(Refusal, code=9020056, kind=Kind.INVALID, zh="规则 {name} 的值不合适"):
    """The value does not suit the rule {name}."""
