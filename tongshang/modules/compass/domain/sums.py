"""What events add up to."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from tongshang.modules.compass.domain.events import day_of

Place: TypeAlias = tuple[int | date | datetime, ...]


class Key(NamedTuple):
    """What events have in common that are added up together."""

    hour: datetime
    shop_id: int
    product_id: int
    content_id: int
    carrier_id: int
    surface: int
    kind: int


class Sum(NamedTuple):
    """How many, how many pieces, for how much."""

    events: int = 0
    pieces: int = 0
    amount_fen: int = 0

    def plus(self, other: "Sum") -> "Sum":
        """Both together."""
        return Sum(
            self.events + other.events,
            self.pieces + other.pieces,
            self.amount_fen + other.amount_fen,
        )


Sums: TypeAlias = Mapping[Place, Sum]


def add_up(
    found: Iterable[tuple[Key, Sum]],
    by: Callable[[Key], Place | None],
) -> dict[Place, Sum]:
    """Sums by what `by` names of a key, in the order of the new keys; None: not this one."""
    sums: dict[Place, Sum] = {}
    for key, one in found:
        if (place := by(key)) is not None:
            sums[place] = sums.get(place, Sum()).plus(one)
    return dict(sorted(sums.items()))


def of_hours(key: Key) -> Place | None:
    """By shop, hour, surface and kind."""
    return (key.shop_id, key.hour, key.surface, key.kind) if key.shop_id else None


def of_days(key: Key) -> Place | None:
    """By shop and day, and all else."""
    if not key.shop_id:
        return None
    return key.shop_id, day_of(key.hour), *key[2:]


def of_carriers(key: Key) -> Place | None:
    """By promoter and day, and all else."""
    if not key.carrier_id:
        return None
    return (
        key.carrier_id,
        day_of(key.hour),
        key.shop_id,
        key.product_id,
        key.content_id,
        key.surface,
        key.kind,
    )


def of_contents(key: Key) -> Place | None:
    """By content, for all time."""
    return (key.content_id, key.kind) if key.content_id else None


def of_products(key: Key) -> Place | None:
    """By product, for all time."""
    return (key.shop_id, key.product_id, key.kind) if key.shop_id and key.product_id else None
