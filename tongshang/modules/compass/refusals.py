"""Why events are not taken, and funnels not shown."""

from tongshang.kernel.refusal import Kind, Refusal


class TooManyEvents(
    Refusal, code=9021001, kind=Kind.TOO_MANY, zh="事件过多：每分钟最多 {limit} 条，请稍后再发"
):
    """There are too many events: at most {limit} a minute are taken; send them later."""


class PeriodTooLong(
    Refusal, code=9021002, kind=Kind.INVALID, zh="查询区间有误：起始不晚于结束，最长 {days} 天"
):
    """A period begins before it ends and has at most {days} days."""
