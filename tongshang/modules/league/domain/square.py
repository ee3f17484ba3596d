"""What is chosen from, and by which filters (reference sections 7.3 and 7.4)."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from tongshang.kernel.money import WHOLE
from tongshang.modules.league.domain.plans import Plan

MONTH: Final = timedelta(days=30)
CHINA: Final = timezone(timedelta(hours=8))
MOST: Final = 2**63 - 1
EVER: Final = date(2000, 1, 1)  # before anything was sold here

# `flags` of the wire, and what of a product's promises each asks for (reference section 7.4);
# 7, free shipping, depends on where to, and is no promise of a product.
PROMISES: Final = {
    0: "seven_day_return",
    1: "freight_insurance",
    4: "damage_guarantee",
    5: "fake_one_pay_three",
    6: "pay_after_use",
}
_EVER: Final = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Goods:
    """What the square shows of a product that has plans."""

    shop_id: int
    product_id: int
    title: str = ""
    price_fen: int = 0
    cat_ids: tuple[int, ...] = ()
    flags: tuple[int, ...] = ()
    is_offered: bool = False


@dataclass(frozen=True, slots=True)
class SquareFilter:
    """Which goods are asked for; both ends of a range belong to it.

    `commission` and `service` in parts per million, `promoted`: a time in which the plan runs,
    `added`: a time in which it was made.
    """

    month_began: date
    keyword: str = ""
    cat_ids: tuple[int, ...] = ()
    flags: tuple[int, ...] = ()
    shop_id: int = 0
    price: tuple[int, int] = (0, MOST)
    month: tuple[int, int] = (0, MOST)
    commission: tuple[int, int] = (0, WHOLE)
    service: tuple[int, int] = (0, WHOLE)
    promoted: tuple[datetime, datetime] = field(default=_EVER)
    added: tuple[datetime, datetime] = field(default=_EVER)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A normal plan on the square, and how many pieces the alliance sold of it in a month."""

    plan: Plan
    month: int


def day_of(at: datetime) -> date:
    """The day in China."""
    return at.astimezone(CHINA).date()


def day_began(at: datetime) -> datetime:
    """When the running day in China began."""
    return at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)


def month_began(at: datetime) -> date:
    """The day after which sales count as the last month's."""
    return day_of(at - MONTH)
