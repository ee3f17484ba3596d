"""Figures as people type them, in the small units that endpoints ask for."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

FEN: Final = 100
PPM: Final = 10_000
NO_RATIO: Final = -1  # refused by whom it is sent to
_MOST: Final = 10**15


def scaled(typed: str, by: int) -> int | None:
    """A figure in units of which `by` make one; none where nothing or no figure was typed."""
    try:
        value = Decimal(typed.strip().removesuffix("%").removeprefix("¥")) * by
    except InvalidOperation:
        return None
    return int(value) if value.is_finite() and 0 <= value < _MOST else None


def ppm_of(percent: str) -> int:
    """A percentage of a form, exact; what is none is refused by whom it is sent to."""
    value = scaled(percent, PPM * 1_000_000)
    if value is None or value % 1_000_000 or value >= 2**31 * 1_000_000:
        return NO_RATIO
    return value // 1_000_000


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are there."""
    return {name: value for name, value in fields.items() if value is not None}
