"""Presents: written for many, held in the order of their keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final, TypeAlias

import msgspec

from tongshang.modules.gifting.domain.present import Audience, GreetingCard, Present
from tongshang.modules.gifting.machine import PRESENT, PresentKind, PresentMove, PresentState
from tongshang.modules.gifting.refusals import MovedMeanwhile
from tongshang.runtime.db import Row, Tx

PresentKey: TypeAlias = tuple[int, int]  # shop_id, present_id

_NAMES: Final = tuple(one.name for one in fields(Present))
_COLUMNS: Final = ", ".join(f"p.{name}" for name in _NAMES)
_read_greeting = msgspec.json.Decoder(GreetingCard).decode

_TYPES: Final = {
    "state": "text", "title": "text", "thumb_url": "text", "message": "text", "campaign": "text",
    "kind": "smallint", "send_type": "smallint", "audience": "smallint", "surface": "smallint",
    "generation": "smallint", "portions": "integer", "participants": "integer",
    "is_free": "boolean", "hides_price": "boolean", "is_on_wall": "boolean", "greeting": "jsonb",
    "seed_nonce": "bytea", "seed_hash": "bytea", "seed": "bytea",
}  # fmt: skip


def _type(name: str) -> str:
    if name.endswith("_at") or name == "pay_by":
        return "timestamptz"
    return _TYPES.get(name, "bigint")


_ADD: Final = f"""
    insert into presents ({", ".join(_NAMES)})
    select * from unnest({", ".join(f"${i}::{_type(name)}[]" for i, name in enumerate(_NAMES, 1))})
"""

_ADD_SHOPS: Final = """
    insert into present_shops (present_id, shop_id) select * from unnest($1::bigint[], $2::bigint[])
"""
_SHOPS: Final = """
    select present_id, shop_id from present_shops where present_id = any($1::bigint[])
"""

_READ: Final = f"""
    select {_COLUMNS} from presents p
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, present_id)
      on p.shop_id = w.shop_id and p.present_id = w.present_id
    order by p.shop_id, p.present_id
"""
_HOLD: Final = _READ + "for update of p"

# Whoever is late finds the state changed and moves nothing.
_MOVE: Final = """
    update presents p
    set state = w.target, updated_at = $5,
        paid_at = case when w.target in ('open', 'scheduled') and w.source in ('draft', 'paying')
                  then $5 else p.paid_at end,
        ended_at = case when w.target in ('done', 'returned', 'cancelled') then $5
                   else p.ended_at end
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
         w(shop_id, present_id, source, target)
    where p.shop_id = w.shop_id and p.present_id = w.present_id and p.state = w.source
    returning p.present_id
"""

_SEND: Final = """
    update presents p set sent_at = $5, expires_at = w.expires_at, draw_at = w.draw_at
    from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::timestamptz[])
         w(shop_id, present_id, expires_at, draw_at)
    where p.shop_id = w.shop_id and p.present_id = w.present_id
"""

# Of an extension and the end at once one finds the other: the state, and that it was not yet.
_EXTEND: Final = """
    update presents set expires_at = $3, extended_at = $4, updated_at = $4, reminded_at = null
    where shop_id = $1 and present_id = $2 and state = 'open' and extended_at is null
      and expires_at > $4
    returning present_id
"""

# Of two reminders at once one finds the other's time.
_NUDGE: Final = """
    update presents set nudged_at = $4
    where shop_id = $1 and present_id = $2 and state = 'open' and expires_at > $4
      and (nudged_at is null or nudged_at <= $3)
    returning present_id
"""

_DRAWN: Final = """
    update presents p set drawn_at = $4, seed = w.seed, expires_at = $5, updated_at = $4
    from unnest($1::bigint[], $2::bigint[], $3::bytea[]) w(shop_id, present_id, seed)
    where p.shop_id = w.shop_id and p.present_id = w.present_id and p.state = 'open'
      and p.drawn_at is null
    returning p.present_id
"""

_TOUCH: Final = """
    update presents p set updated_at = $3
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, present_id)
    where p.shop_id = w.shop_id and p.present_id = w.present_id
"""


def _due(condition: str, by: str) -> str:
    return f"""
    select shop_id, present_id from presents
    where {condition} and {by} <= $1
    order by {by} limit $2
    for update skip locked
"""


_DUE: Final = {
    "unpaid": _due("state in ('draft', 'paying')", "pay_by"),
    "to_send": _due("state = 'scheduled'", "send_at"),
    "to_draw": _due("state = 'open' and drawn_at is null and draw_at is not null", "draw_at"),
    "to_expire": _due("state = 'open'", "expires_at"),
    "to_remind": _due("state = 'open' and reminded_at is null", "expires_at"),
}

_REMINDED: Final = """
    update presents p set reminded_at = $3
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, present_id)
    where p.shop_id = w.shop_id and p.present_id = w.present_id
"""


async def add_presents(tx: Tx, presents: Sequence[Present]) -> None:
    """Write new presents, and whose goods they are."""
    await tx.execute(_ADD, *([_value(one, name) for one in presents] for name in _NAMES))
    ids = [one.present_id for one in presents]
    await tx.execute(_ADD_SHOPS, ids, [one.shop_id for one in presents])


async def find_shops(tx: Tx, present_ids: Sequence[int]) -> dict[int, int]:
    """The shops of presents that are known by id alone."""
    return {row[0]: row[1] for row in await tx.fetch(_SHOPS, present_ids)}


def _value(present: Present, name: str) -> Any:
    value = getattr(present, name)
    if name == "greeting":
        return None if value is None else msgspec.json.encode(value).decode()
    return value.value if isinstance(value, PresentState | PresentKind | Audience) else value


async def find_presents(tx: Tx, keys: Iterable[PresentKey]) -> dict[PresentKey, Present]:
    """Those of the presents that exist, in key order."""
    return _by_key(await tx.fetch(_READ, *_split(keys)))


async def hold_presents(tx: Tx, keys: Iterable[PresentKey]) -> dict[PresentKey, Present]:
    """The same, to decide on: nobody else changes them until the transaction ends."""
    return _by_key(await tx.fetch(_HOLD, *_split(keys)))


async def move_presents(
    tx: Tx, moved: Mapping[PresentKey, tuple[Present, PresentMove]], at: datetime
) -> None:
    """Move presents along their machine; all of them, or nobody."""
    if not moved:
        return
    rows = await tx.fetch(
        _MOVE,
        *_split(moved),
        [moved[key][0].state.value for key in sorted(moved)],
        [PRESENT.step(moved[key][0].state, moved[key][1]).value for key in sorted(moved)],
        at,
    )
    if len(rows) != len(moved):
        raise MovedMeanwhile


async def send_presents(
    tx: Tx, sent: Mapping[PresentKey, tuple[datetime, datetime | None]], at: datetime
) -> None:
    """Write when presents end, and when they are drawn."""
    if sent:
        expires = [sent[key][0] for key in sorted(sent)]
        await tx.execute(_SEND, *_split(sent), expires, [sent[key][1] for key in sorted(sent)], at)


async def extend_present(tx: Tx, key: PresentKey, until: datetime, at: datetime) -> bool:
    """Give a present more time; False where it was extended before, or is over."""
    return await tx.fetchval(_EXTEND, *key, until, at) is not None


async def note_nudged(tx: Tx, key: PresentKey, since: datetime, at: datetime) -> bool:
    """Remember that a giver reminded; False where the last time was after `since`, or it is over."""
    return await tx.fetchval(_NUDGE, *key, since, at) is not None


async def note_drawn(
    tx: Tx, seeds: Mapping[PresentKey, bytes], at: datetime, expires_at: datetime
) -> None:
    """Reveal the seeds of presents that are drawn; winners have until `expires_at`."""
    seed_list = [seeds[key] for key in sorted(seeds)]
    rows = await tx.fetch(_DRAWN, *_split(seeds), seed_list, at, expires_at)
    if len(rows) != len(seeds):
        raise MovedMeanwhile


async def touch_presents(tx: Tx, keys: Iterable[PresentKey], at: datetime) -> None:
    """Note that presents changed, for those who list by change."""
    await tx.execute(_TOUCH, *_split(keys), at)


async def take_due(tx: Tx, what: str, at: datetime, limit: int) -> list[PresentKey]:
    """Presents whose time for something has come, held; what others hold is left to them."""
    return [(row["shop_id"], row["present_id"]) for row in await tx.fetch(_DUE[what], at, limit)]


async def note_reminded(tx: Tx, keys: Iterable[PresentKey], at: datetime) -> None:
    """Remember whose end was announced."""
    await tx.execute(_REMINDED, *_split(keys), at)


def _split(keys: Iterable[PresentKey]) -> tuple[list[int], list[int]]:
    wanted = sorted(set(keys))
    return [shop_id for shop_id, _ in wanted], [present_id for _, present_id in wanted]


def _by_key(rows: Sequence[Row]) -> dict[PresentKey, Present]:
    return {(row["shop_id"], row["present_id"]): read_present(row) for row in rows}


def read_present(row: Row) -> Present:
    """A present from its row."""
    values = {name: row[name] for name in _NAMES}
    greeting = values["greeting"]
    return Present(
        **values
        | {
            "kind": PresentKind(values["kind"]),
            "state": PresentState(values["state"]),
            "audience": Audience(values["audience"]),
            "greeting": _read_greeting(greeting) if greeting else None,
        }
    )
