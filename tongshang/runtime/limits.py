"""How often one caller may call: counted per process, in windows of a minute and of a day.

Reference section 14.1: 10,000 calls a minute and 500,000 a day for a shop's app; codes 45011 and
45009. Processes do not share their counts, so a platform of n processes lets through up to n times
as many; a limit is against floods, not for billing (decision 0006).
"""

from datetime import datetime
from typing import Final

from tongshang.kernel.refusal import Kind, Refusal

CALLS_PER_MINUTE: Final = 10_000
CALLS_PER_DAY: Final = 500_000


class MinuteQuotaUsedUp(
    Refusal, code=45011, kind=Kind.TOO_MANY, zh="每分钟调用次数超过 {limit}，请下一分钟再试"
):
    """api minute-quota reach limit must slower retry next minute (limit {limit})"""


class DayQuotaUsedUp(Refusal, code=45009, kind=Kind.TOO_MANY, zh="今日调用次数超过 {limit}"):
    """reach max api daily quota limit (limit {limit})"""


class Limits:
    """Counts calls of each caller in the running minute and day."""

    def __init__(self) -> None:
        """Nothing counted yet."""
        self._minute = -1
        self._day = -1
        self._in_minute: dict[str, int] = {}
        self._in_day: dict[str, int] = {}

    def count(self, who: str, at: datetime, per_minute: int, per_day: int) -> None:
        """Count one call of `who`, or refuse it."""
        minute = int(at.timestamp()) // 60
        if minute != self._minute:
            self._minute, self._in_minute = minute, {}
        if minute // 1440 != self._day:
            self._day, self._in_day = minute // 1440, {}
        used = self._in_minute.get(who, 0)
        if used >= per_minute:
            raise MinuteQuotaUsedUp(limit=per_minute)
        used_today = self._in_day.get(who, 0)
        if used_today >= per_day:
            raise DayQuotaUsedUp(limit=per_day)
        self._in_minute[who] = used + 1
        self._in_day[who] = used_today + 1
