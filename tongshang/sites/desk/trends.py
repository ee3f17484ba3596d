"""Figures of today beside the same weekday's a week ago, with the fortnight as a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_FORTNIGHT: Final = 14


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure of today, the same weekday's a week ago, and the fortnight as a line."""

    name: str
    today: int
    last_week: int
    fortnight: tuple[int, ...]
    is_money: bool

    @property
    def points(self) -> str:
        """The fortnight as an SVG line in a box of 120 by 28."""
        most = max(*self.fortnight, 1)
        steps = max(len(self.fortnight) - 1, 1)
        return " ".join(
            f"{120 * i // steps},{26 - 24 * max(value, 0) // most}"
            for i, value in enumerate(self.fortnight)
        )


def trends(days: Sequence[Any], names: Mapping[str, str]) -> list[Trend]:
    """For each field of a day its trend; the last of `days` is today, fields in fen are money."""
    fortnight = days[-_FORTNIGHT:]
    return [
        Trend(
            name,
            getattr(days[-1], field),
            getattr(days[-8], field),
            tuple(getattr(day, field) for day in fortnight),
            field.endswith("_fen"),
        )
        for field, name in names.items()
    ]
