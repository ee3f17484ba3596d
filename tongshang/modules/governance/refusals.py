"""Why governance says no."""

from tongshang.kernel.refusal import Kind, Refusal


class HourQuotaUsedUp(
    Refusal,
    code=9003001,
    kind=Kind.TOO_MANY,
    zh="本小时提交次数已达上限 {limit} 次，请下一小时再试",
):
    """The shop has submitted {limit} times this hour, the most it may; try again next hour."""


class DayQuotaUsedUp(
    Refusal, code=9003002, kind=Kind.TOO_MANY, zh="今日提交次数已达上限 {limit} 次，请明天再试"
):
    """The shop has submitted {limit} times today, the most it may; try again tomorrow."""


class AuditNotFound(Refusal, code=9003003, kind=Kind.NOT_FOUND, zh="没有这个审核单：{audit_id}"):
    """There is no audit {audit_id}."""


class AuditRunning(
    Refusal, code=9003004, kind=Kind.CONFLICT, zh="{subject_id} 正在审核中，请等待结果或先撤回"
):
    """{subject_id} is in audit already; wait for the verdict or withdraw it."""


class NotRestricted(
    Refusal, code=9003005, kind=Kind.CONFLICT, zh="该商品在场景 {scene} 没有生效中的限制"
):
    """The product is not barred from scene {scene}; there is nothing to lift."""


class AlreadyRestricted(
    Refusal, code=9003006, kind=Kind.CONFLICT, zh="该商品在场景 {scene} 已被限制，请先解除"
):
    """The product is barred from scene {scene} already; lift that first."""
