from tongshang.kernel.refusal import Kind, Refusal


class PeriodNotOver(
    Refusal, code=9027001, kind=Kind.CONFLICT, zh="{starts} 的账还没有结，结账后才能出对账单"
):
    """The books of the period that begins on {starts} are not closed yet."""


class PeriodUnknown(
    Refusal, code=9027002, kind=Kind.INVALID, zh="对账周期的起始日 {starts} 不正确"
):
    """No such period: {starts} is not a day, or not the first of a month."""


class StatementNotFound(Refusal, code=9027003, kind=Kind.NOT_FOUND, zh="没有这份对账单"):
    """There is no such statement."""


class FileNotReady(Refusal, code=9027004, kind=Kind.NOT_FOUND, zh="对账单还没有这个文件"):
    """The statement has no such file, or not yet."""


class LineNotFound(Refusal, code=9027005, kind=Kind.NOT_FOUND, zh="没有这笔账，或者当天还没有结账"):
    """There is no such line of yours in a day that is closed."""


class NothingToExplain(Refusal, code=9027006, kind=Kind.NOT_FOUND, zh="没有这笔钱，或者它与你无关"):
    """There is no such money, or it is none of yours."""


class FileUnreadable(
    Refusal, code=9027007, kind=Kind.INVALID, zh="渠道对账文件第 {line} 行无法识别：{rule}"
):
    """Line {line} of the channel's file cannot be read: {rule}"""


class FileDiffers(
    Refusal, code=9027008, kind=Kind.CONFLICT, zh="{day} 的渠道对账文件已经导入过，内容不同"
):
    """The channel's file of {day} was imported before, with other content."""


class DayNotOver(Refusal, code=9027009, kind=Kind.CONFLICT, zh="{day} 还没有结账，不能对账"):
    """The day {day} is not closed yet, so nothing can be compared."""


class DifferenceNotFound(Refusal, code=9027010, kind=Kind.NOT_FOUND, zh="没有这条差异"):
    """There is no such difference."""


class DifferenceResolved(Refusal, code=9027011, kind=Kind.CONFLICT, zh="这条差异已经处理过了"):
    """The difference is resolved already."""


class NobodyOfMoney(
    Refusal, code=9027012, kind=Kind.FORBIDDEN, zh="请先以店铺、带货者、机构、推客或买家身份登录"
):
    """Money is explained to those who take part in it; say who you are."""


class NoSharer(Refusal, code=9027013, kind=Kind.NOT_FOUND, zh="你还不是推客"):
    """You are no sharer."""
