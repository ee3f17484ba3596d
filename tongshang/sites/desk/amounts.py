"""Figures as people type them, in the small units that endpoints ask for."""

import re
from typing import Any, Final

FEN: Final = 100
PPM: Final = 10_000
NO_RATIO: Final = -1  # refused by whom it is sent to
_FIGURE: Final = re.compile(r"(?=\.?[0-9])([0-9]{0,12})(?:\.([0-9]{0,12}))?")


def scaled(typed: str, by: int) -> int | None:
    """A figure in units of which `by`, a power of ten, make one; none where none was typed.

    What is smaller than a unit is left off.
    """
    found = _FIGURE.fullmatch(typed.strip().removesuffix("%").removeprefix("¥").strip())
    if found is None:
        return None
    places = len(str(by)) - 1
    part = (found[2] or "")[:places].ljust(places, "0")
    return int(found[1] or 0) * by + int(part or 0)


def ppm_of(percent: str) -> int:
    """A percentage of a form, exact; what is none is refused by whom it is sent to."""
    value = scaled(percent, PPM * 1_000_000)
    if value is None or value % 1_000_000 or value >= 2**31 * 1_000_000:
        return NO_RATIO
    return value // 1_000_000


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are there."""
    return {name: value for name, value in fields.items() if value is not None}
