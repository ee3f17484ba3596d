"""Moments as whole numbers, for cursors."""

from datetime import UTC, datetime, timedelta
from typing import Final

_YEAR_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """A moment as microseconds since 1970."""
    return (at - _YEAR_1970) // _MICROSECOND


def moment(micros: int | str) -> datetime | None:
    """The moment of a number that `micros` gave; None for what it never gives."""
    try:
        return _YEAR_1970 + int(micros) * _MICROSECOND
    except (ValueError, OverflowError):
        return None
