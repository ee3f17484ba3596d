"""Why red packets say no."""

from tongshang.kernel.refusal import Kind, Refusal


class PacketNotFound(Refusal, code=9026001, kind=Kind.NOT_FOUND, zh="红包不存在"):
    """There is no such red packet."""


class FormWrong(
    Refusal, code=9026002, kind=Kind.INVALID, zh="请选择一个聊天或一位朋友；单个红包只有一份"
):
    """Choose one chat or one friend; a packet to one person has one portion."""


class AmountWrong(
    Refusal,
    code=9026003,
    kind=Kind.INVALID,
    zh="每份红包 0.01 元到 200 元，普通红包的金额要能平分",
):
    """A portion is 0.01 to 200 yuan, and equal portions divide the amount to the fen."""


class GreetingForbidden(Refusal, code=9026004, kind=Kind.INVALID, zh="祝福语不能使用：{reason}"):
    """The greeting cannot be used: {reason}"""


class ReceiverNotFriend(Refusal, code=9026005, kind=Kind.NOT_FOUND, zh="只能发给好友"):
    """Packets go to friends only."""


class NotUnpaid(Refusal, code=9026006, kind=Kind.CONFLICT, zh="红包已付款或已失效"):
    """The packet is paid, or is over."""


class OwnPacket(Refusal, code=9026007, kind=Kind.CONFLICT, zh="不能领取自己发给对方的红包"):
    """You cannot open a packet that you sent to one person."""


class AllTaken(Refusal, code=9026008, kind=Kind.GONE, zh="手慢了，红包派完了"):
    """All portions are taken."""


class PacketOver(Refusal, code=9026009, kind=Kind.GONE, zh="红包已过期"):
    """The packet is over: what was left went back."""
