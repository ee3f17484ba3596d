"""Which products of an agency's pool are wanted (reference section 7.4)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from tongshang.modules.catalog.api import ProductCard, ProductSheet, ProductStatus
from tongshang.modules.governance.api import Bar, is_barred
from tongshang.modules.league.api import PoolItem

NEVER: Final = 2**63 - 1
FREE_SHIPPING: Final = "7"


@dataclass(frozen=True, slots=True)
class Span:
    """From one number to another, both included."""

    least: int = 0
    most: int = NEVER

    def holds(self, value: int) -> bool:
        """Whether it lies within."""
        return self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of the products; ids of categories are of any level."""

    keyword: str = ""
    price_fen: Span = Span()
    sold: Span = Span()
    service_ppm: Span = Span()
    commission_ppm: Span = Span()
    time: Span = Span()
    flags: frozenset[str] = frozenset()
    cat_ids: tuple[frozenset[int], ...] = ()
    cat_name: str = ""

    @property
    def reads_sheet(self) -> bool:
        """Whether more than a card is needed to tell."""
        return bool(self.flags or self.cat_ids or self.cat_name)


def is_offered(card: ProductCard | None) -> bool:
    """Whether it can be shared at all."""
    listed = card is not None and card.status is ProductStatus.LISTED
    return listed and card is not None and not is_barred(card.barred, (Bar.LEAGUE, Bar.SALE))


def fits(wish: Wish, item: PoolItem, card: ProductCard) -> bool:
    """Whether what is known without its sheet fits."""
    ends = int(item.ends_at.timestamp()) if item.ends_at else NEVER
    word = wish.keyword.strip().casefold()
    return (
        word in card.title.casefold()
        and wish.price_fen.holds(card.price_fen)
        and wish.sold.holds(item.sold)
        and wish.service_ppm.holds(item.arrives_ppm)
        and wish.commission_ppm.holds(0)  # of such plans all promoters' pay is the agency's
        and int(item.begins_at.timestamp()) >= wish.time.least
        and (wish.time.most == NEVER or ends <= wish.time.most)
    )


def sheet_fits(
    wish: Wish, sheet: ProductSheet, names: Mapping[int, str], ships_free: Collection[int]
) -> bool:
    """Whether the rest does: promises to buyers, and categories. `ships_free`: templates."""
    path = set(sheet.path)
    if any(not ids & path for ids in wish.cat_ids):
        return False
    if wish.cat_name and wish.cat_name not in {names.get(one, "") for one in path}:
        return False
    extra = sheet.extra_service
    promised = {
        "0": extra.seven_day_return,
        "1": extra.freight_insurance,
        "4": extra.damage_guarantee,
        "5": extra.fake_one_pay_three,
        "6": extra.pay_after_use,
        FREE_SHIPPING: sheet.express_info.template_id in ships_free,
    }
    return all(promised.get(flag) for flag in wish.flags)
