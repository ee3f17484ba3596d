"""Why push says no."""

from tongshang.kernel.refusal import Kind, Refusal


class BadTarget(Refusal, code=9013001, kind=Kind.INVALID, zh="推送配置有误：{field} {rule}"):
    """The receiver's {field} {rule}."""


class NoTarget(
    Refusal, code=9013002, kind=Kind.CONFLICT, zh="还没有启用的推送地址：请先配置并通过验证"
):
    """No address is in use: configure one, and switch it on."""


class PushNotFound(Refusal, code=9013003, kind=Kind.NOT_FOUND, zh="没有这些推送"):
    """There are no such pushes in the journal."""


class TooManyPushes(Refusal, code=9013004, kind=Kind.INVALID, zh="一次最多重放 {most} 条"):
    """A replay takes {most} pushes at most; go on from there with the next one."""


class NotGenuine(Refusal, code=9013005, kind=Kind.INVALID, zh="密文无法解密或已被改动"):
    """The ciphertext was not made with this key, or it was changed on its way."""


class UnknownState(Refusal, code=9013006, kind=Kind.INVALID, zh="没有这种推送状态：{state}"):
    """There is no state {state}: waiting, delivered, dead, kept."""
