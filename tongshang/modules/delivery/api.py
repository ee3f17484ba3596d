"""What rooms above may ask of delivery, inside their transaction."""

from collections.abc import Sequence

from tongshang.modules.delivery import store
from tongshang.modules.delivery.actions import add_addresses, add_template, send
from tongshang.modules.delivery.domain import (
    SHIPS_FREE,
    Address,
    AddressDraft,
    FreightRule,
    FreightTemplate,
    KeptAddress,
    Parcel,
    ParcelDraft,
    SendTime,
    freight_fen,
    mask_detail,
    mask_name,
    mask_phone,
    masked,
)
from tongshang.modules.delivery.refusals import (
    AddressNotFound,
    CompanyUnknown,
    DestinationNotServed,
    FreightTemplateNotFound,
    WaybillMalformed,
)
from tongshang.runtime.db import Tx

__all__ = [
    "SHIPS_FREE",
    "Address",
    "AddressDraft",
    "AddressNotFound",
    "CompanyUnknown",
    "DestinationNotServed",
    "FreightRule",
    "FreightTemplate",
    "FreightTemplateNotFound",
    "KeptAddress",
    "Parcel",
    "ParcelDraft",
    "SendTime",
    "WaybillMalformed",
    "add_addresses",
    "add_template",
    "addresses",
    "addresses_of",
    "book_of",
    "company_names",
    "freight_fen",
    "freight_rules",
    "mask_detail",
    "mask_name",
    "mask_phone",
    "masked",
    "parcels_of",
    "send",
]


async def addresses(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[int, Address]:
    """Addresses by id, for (buyer_id, address_id); what is not the buyer's own is not there."""
    found = await store.find_addresses(tx, keys)
    return {address_id: address for (_, address_id), address in found.items()}


async def addresses_of(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Address]:
    """The same by (buyer_id, address_id): for batches in which several buyers may name one id."""
    return await store.find_addresses(tx, keys)


async def book_of(tx: Tx, buyer_id: int) -> list[KeptAddress]:
    """A buyer's addresses, the default one first."""
    return await store.list_addresses(tx, buyer_id)


async def freight_rules(
    tx: Tx, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], FreightRule]:
    """Rules for (shop_id, template_id): template 0 ships free, an unknown template is not there."""
    return await store.find_rules(tx, keys)


async def parcels_of(tx: Tx, shop_id: int, order_ids: Sequence[int]) -> dict[int, list[Parcel]]:
    """The parcels of orders, in the order they were sent; orders without one are not there."""
    parcels: dict[int, list[Parcel]] = {}
    for parcel in await store.list_parcels(tx, shop_id, order_ids):
        parcels.setdefault(parcel.order_id, []).append(parcel)
    return parcels


async def company_names(tx: Tx) -> dict[str, str]:
    """The names of all express companies by their id, the most used first."""
    return {company.delivery_id: company.name for company in await store.list_companies(tx)}
