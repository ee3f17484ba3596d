"""What a parcel takes from an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.domain.order import Order, OrderLine
from tongshang.modules.ordering.machine import ORDER, OrderMove

Places: TypeAlias = Mapping[tuple[int, int], Sequence[int]]  # (product, SKU): places of its lines


@dataclass(frozen=True, slots=True)
class ShipItem:
    """So many pieces of a SKU in a parcel."""

    product_id: int
    sku_id: int
    count: int


@dataclass(frozen=True, slots=True)
class ShipParcel:
    """One parcel. Without items it holds all that is left to ship."""

    delivery_id: str
    waybill_id: str
    items: tuple[ShipItem, ...] = ()
    deliver_type: int = 1


@dataclass(frozen=True, slots=True)
class ShipDraft:
    """Parcels of one order that leave together."""

    shop_id: int
    order_id: int
    parcels: tuple[ShipParcel, ...]


@dataclass(frozen=True, slots=True)
class Packed:
    """A parcel with the lines its pieces are of: (line, count)."""

    parcel: ShipParcel
    lines: tuple[tuple[int, int], ...]


def ship(order: Order, parcels: Sequence[ShipParcel]) -> tuple[Order, tuple[Packed, ...]]:
    """The order with the parcels shipped, and which lines each parcel takes from."""
    if not ORDER.allows(order.state, OrderMove.SHIP_PART):
        raise refusals.MayNotShip(state=order.state.name.lower())
    if not parcels:
        raise refusals.NothingShipped
    lines = list(order.lines)
    places: dict[tuple[int, int], list[int]] = {}
    for place, line in enumerate(lines):
        places.setdefault((line.product_id, line.sku_id), []).append(place)
    packed = tuple(_pack(lines, places, parcel) for parcel in parcels)
    return replace(order, lines=tuple(lines)), packed


def shipping_move(order: Order) -> OrderMove:
    """Part or rest. While a case asks for goods not yet shipped, the order is not through."""
    left = any(line.unshipped_count for line in order.lines)
    return OrderMove.SHIP_PART if left else OrderMove.SHIP_REST


def _pack(lines: list[OrderLine], places: Places, parcel: ShipParcel) -> Packed:
    taken: dict[int, int] = {}
    for item in parcel.items or _all_left(lines, places):
        _take(lines, places.get((item.product_id, item.sku_id), ()), item, taken)
    if not taken:
        raise refusals.NothingShipped
    return Packed(parcel, tuple(sorted(taken.items())))


def _all_left(lines: Sequence[OrderLine], places: Places) -> list[ShipItem]:
    left = {
        key: sum(lines[place].shippable_count for place in same) for key, same in places.items()
    }
    return [ShipItem(*key, count) for key, count in left.items() if count]


def _take(
    lines: list[OrderLine], same: Sequence[int], item: ShipItem, taken: dict[int, int]
) -> None:
    """Take an item's pieces from the lines of its SKU, in their order."""
    left = sum(lines[place].shippable_count for place in same)
    if not 0 < item.count <= left:
        raise refusals.NotInOrder(
            product_id=str(item.product_id), sku_id=str(item.sku_id), left=left
        )
    wanted = item.count
    for place in same:
        line = lines[place]
        part = min(wanted, line.shippable_count)
        if part:
            taken[line.line] = taken.get(line.line, 0) + part
            lines[place] = replace(line, shipped_count=line.shipped_count + part)
            wanted -= part
