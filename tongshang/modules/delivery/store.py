"""Companies, templates, addresses and parcels, as they are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from tongshang.modules.delivery.domain import (
    SHIPS_FREE,
    Address,
    AddressDraft,
    Book,
    Company,
    FreightRule,
    FreightTemplate,
    KeptAddress,
    KeptTemplate,
    Parcel,
    ParcelDraft,
    Sender,
    SendTime,
)
from tongshang.runtime.db import Row, Tx

_read_rule = msgspec.json.Decoder(FreightRule).decode
_read_sender = msgspec.json.Decoder(Sender).decode


def _write(value: FreightRule | Sender) -> str:
    return msgspec.json.encode(value).decode()


# --- companies and parcels ---------------------------------------------------------------------

_COMPANIES: Final = "select delivery_id, name, ewaybill from express_companies order by place"

# The caller holds the order, so no second parcel of it is numbered meanwhile.
_SEND: Final = """
    with drafts as (
        select shop_id, order_id, place, delivery_id, waybill_id,
               row_number() over (partition by shop_id, order_id order by place) as nth
        from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
             with ordinality w(shop_id, order_id, delivery_id, waybill_id, place)
    ), contents as (
        select place, array_agg(line order by line) as lines,
               array_agg(count order by line) as counts
        from unnest($5::bigint[], $6::smallint[], $7::integer[]) c(place, line, count)
        group by place
    )
    insert into parcels (
        shop_id, order_id, number, delivery_id, waybill_id, lines, counts, sent_at
    )
    select d.shop_id, d.order_id,
           d.nth + coalesce((select max(number) from parcels p
                             where p.shop_id = d.shop_id and p.order_id = d.order_id), 0),
           d.delivery_id, d.waybill_id, c.lines, c.counts, $8
    from drafts d join contents c using (place)
"""

_PARCELS: Final = """
    select p.order_id, p.number, p.delivery_id, e.name, p.waybill_id, p.lines, p.counts, p.sent_at
    from parcels p join express_companies e using (delivery_id)
    where p.shop_id = $1 and p.order_id = any($2::bigint[])
    order by p.order_id, p.number
"""


async def list_companies(tx: Tx) -> list[Company]:
    """All companies, the most used first."""
    rows = await tx.fetch(_COMPANIES)
    return [Company(row["delivery_id"], row["name"], row["ewaybill"]) for row in rows]


async def add_parcels(tx: Tx, drafts: Sequence[ParcelDraft], at: datetime) -> None:
    """Keep parcels of orders that the caller holds."""
    contents = [
        (place, line, count) for place, draft in enumerate(drafts, 1) for line, count in draft.lines
    ]
    await tx.execute(
        _SEND,
        [draft.shop_id for draft in drafts],
        [draft.order_id for draft in drafts],
        [draft.delivery_id for draft in drafts],
        [draft.waybill_id for draft in drafts],
        [place for place, _, _ in contents],
        [line for _, line, _ in contents],
        [count for _, _, count in contents],
        at,
    )


async def list_parcels(tx: Tx, shop_id: int, order_ids: Sequence[int]) -> list[Parcel]:
    """The parcels of orders, in the order they were sent."""
    rows = await tx.fetch(_PARCELS, shop_id, order_ids)
    return [
        Parcel(
            row["order_id"],
            row["number"],
            row["delivery_id"],
            row["name"],
            row["waybill_id"],
            tuple(zip(row["lines"], row["counts"], strict=True)),
            row["sent_at"],
        )
        for row in rows
    ]


# --- freight -----------------------------------------------------------------------------------

_RULES: Final = """
    select t.shop_id, t.template_id, t.rule
    from freight_templates t
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, template_id)
      on t.shop_id = w.shop_id and t.template_id = w.template_id
"""

# A shop's templates are written one at a time: the count and the one default hold by it.
_HOLD_SHOP: Final = "select pg_advisory_xact_lock(7423, hashint8($1))"
_COUNT_TEMPLATES: Final = "select count(*) from freight_templates where shop_id = $1"

_NO_DEFAULT: Final = """
    update freight_templates set is_default = false
    where shop_id = $1 and is_default and template_id <> $2
"""

_ADD_TEMPLATE: Final = """
    insert into freight_templates (
        shop_id, template_id, name, send_time, is_default, rule, sender, companies,
        created_at, updated_at
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
"""

_SAVE_TEMPLATE: Final = """
    update freight_templates
    set name = $3, send_time = $4, is_default = $5, rule = $6, sender = $7, companies = $8,
        updated_at = $9
    where shop_id = $1 and template_id = $2
    returning template_id
"""

_TEMPLATE: Final = """
    select template_id, name, send_time, is_default, rule, sender, companies,
           created_at, updated_at
    from freight_templates
    where shop_id = $1 and template_id = $2
"""

_TEMPLATE_IDS: Final = """
    select template_id from freight_templates where shop_id = $1
    order by template_id desc offset $2 limit $3
"""


async def find_rules(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], FreightRule]:
    """The rules of templates; template 0 ships free and costs no statement."""
    found = {key: SHIPS_FREE for key in keys if not key[1]}
    asked = sorted({key for key in keys if key[1]})
    if asked:
        rows = await tx.fetch(_RULES, [shop for shop, _ in asked], [one for _, one in asked])
        found |= {(row["shop_id"], row["template_id"]): _read_rule(row["rule"]) for row in rows}
    return found


async def hold_templates(tx: Tx, shop_id: int) -> int:
    """How many templates the shop has; nobody else writes them until the transaction ends."""
    await tx.execute(_HOLD_SHOP, shop_id)
    count: int = await tx.fetchval(_COUNT_TEMPLATES, shop_id)
    return count


async def add_template(
    tx: Tx, shop_id: int, template_id: int, template: FreightTemplate, at: datetime
) -> None:
    if template.is_default:
        await tx.execute(_NO_DEFAULT, shop_id, template_id)
    await tx.execute(_ADD_TEMPLATE, shop_id, template_id, *_columns(template), at)


async def save_template(
    tx: Tx, shop_id: int, template_id: int, template: FreightTemplate, at: datetime
) -> bool:
    """Replace a template; False where the shop has no such one."""
    if template.is_default:
        await tx.execute(_NO_DEFAULT, shop_id, template_id)
    saved = await tx.fetchval(_SAVE_TEMPLATE, shop_id, template_id, *_columns(template), at)
    return saved is not None


async def find_template(tx: Tx, shop_id: int, template_id: int) -> KeptTemplate | None:
    row = await tx.fetchrow(_TEMPLATE, shop_id, template_id)
    if row is None:
        return None
    template = FreightTemplate(
        row["name"],
        SendTime(row["send_time"]),
        row["is_default"],
        _read_rule(row["rule"]),
        _read_sender(row["sender"]),
        tuple(row["companies"]),
    )
    return KeptTemplate(row["template_id"], template, row["created_at"], row["updated_at"])


async def list_template_ids(tx: Tx, shop_id: int, offset: int, limit: int) -> list[int]:
    """The shop's templates, the newest first."""
    rows = await tx.fetch(_TEMPLATE_IDS, shop_id, offset, limit)
    return [row["template_id"] for row in rows]


def _columns(template: FreightTemplate) -> tuple[object, ...]:
    return (
        template.name,
        template.send_time.value,
        template.is_default,
        _write(template.rule),
        _write(template.sender),
        list(template.companies),
    )


# --- addresses ---------------------------------------------------------------------------------

_COLUMNS: Final = "name, phone, province, city, county, detail, postcode"

_ADDRESSES: Final = f"""
    select a.buyer_id, a.address_id, {_COLUMNS}
    from addresses a
    join unnest($1::bigint[], $2::bigint[]) w(buyer_id, address_id)
      on a.buyer_id = w.buyer_id and a.address_id = w.address_id
"""

# 64 locks guard all books, so that a batch of any size takes few; in one order, so none deadlock.
_HOLD_BOOKS: Final = """
    select pg_advisory_xact_lock(7422, number)
    from (select distinct (buyer_id % 64)::integer as number
          from unnest($1::bigint[]) buyer_id order by 1) numbers
"""

_BOOKS: Final = """
    select buyer_id, count(*) as size, bool_or(is_default) as has_default
    from addresses where buyer_id = any($1::bigint[]) group by buyer_id
"""

_LIST: Final = f"""
    select address_id, {_COLUMNS}, is_default
    from addresses where buyer_id = $1
    order by is_default desc, address_id desc
"""

_CLEAR_DEFAULTS: Final = """
    update addresses set is_default = false
    where buyer_id = any($1::bigint[]) and is_default
"""

_ADD: Final = f"""
    insert into addresses (buyer_id, address_id, {_COLUMNS}, is_default, changed_at)
    select w.*, $11 from unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::text[], $10::boolean[]
    ) w
"""

_SAVE: Final = """
    update addresses
    set name = $3, phone = $4, province = $5, city = $6, county = $7, detail = $8, postcode = $9,
        is_default = is_default or $10, changed_at = $11
    where buyer_id = $1 and address_id = $2
    returning address_id
"""

_REMOVE: Final = """
    delete from addresses where buyer_id = $1 and address_id = $2 returning is_default
"""

_NEXT_DEFAULT: Final = """
    update addresses set is_default = true
    where buyer_id = $1 and address_id = (
        select max(address_id) from addresses where buyer_id = $1
    )
"""


async def find_addresses(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Address]:
    """Addresses by (buyer_id, address_id), each of the buyer named with it."""
    if not keys:
        return {}
    rows = await tx.fetch(_ADDRESSES, [buyer for buyer, _ in keys], [one for _, one in keys])
    return {(row["buyer_id"], row["address_id"]): _address(row) for row in rows}


async def list_addresses(tx: Tx, buyer_id: int) -> list[KeptAddress]:
    """A buyer's book: the default first, then the newest."""
    rows = await tx.fetch(_LIST, buyer_id)
    return [KeptAddress(row["address_id"], _address(row), row["is_default"]) for row in rows]


async def hold_books(tx: Tx, buyer_ids: Sequence[int]) -> dict[int, Book]:
    """The books of buyers; nobody else writes in them until the transaction ends."""
    await tx.execute(_HOLD_BOOKS, buyer_ids)
    rows = await tx.fetch(_BOOKS, buyer_ids)
    return {row["buyer_id"]: Book(row["size"], row["has_default"]) for row in rows}


async def clear_defaults(tx: Tx, buyer_ids: Sequence[int]) -> None:
    """Leave the books of buyers without a default, for a new one to take its place."""
    if buyer_ids:
        await tx.execute(_CLEAR_DEFAULTS, buyer_ids)


async def add_addresses(
    tx: Tx, ids: Sequence[int], drafts: Sequence[AddressDraft], at: datetime
) -> None:
    await tx.execute(
        _ADD,
        [draft.buyer_id for draft in drafts],
        ids,
        [draft.address.name for draft in drafts],
        [draft.address.phone for draft in drafts],
        [draft.address.province for draft in drafts],
        [draft.address.city for draft in drafts],
        [draft.address.county for draft in drafts],
        [draft.address.detail for draft in drafts],
        [draft.address.postcode for draft in drafts],
        [draft.is_default for draft in drafts],
        at,
    )


async def save_address(tx: Tx, address_id: int, draft: AddressDraft, at: datetime) -> bool:
    """Replace an address; False where the buyer has no such one."""
    a = draft.address
    saved = await tx.fetchval(
        _SAVE, draft.buyer_id, address_id, a.name, a.phone, a.province, a.city, a.county,
        a.detail, a.postcode, draft.is_default, at,
    )  # fmt: skip
    return saved is not None


async def remove_address(tx: Tx, buyer_id: int, address_id: int) -> bool:
    """Forget an address; the newest one left takes over as default. False: there was none."""
    was_default = await tx.fetchval(_REMOVE, buyer_id, address_id)
    if was_default:
        await tx.execute(_NEXT_DEFAULT, buyer_id)
    return was_default is not None


def _address(row: Row) -> Address:
    return Address(
        row["name"],
        row["phone"],
        row["province"],
        row["city"],
        row["county"],
        row["detail"],
        row["postcode"],
    )
