"""Red packets, as they are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from tongshang.modules.packets.domain import Key, Packet, PacketKind, Part, Return
from tongshang.modules.packets.machine import PacketState
from tongshang.runtime.db import Row, Tx

_PACKET: Final = """
    sender_id, packet_id, kind, amount_fen, portions, greeting, chat_id, to_buyer_id, state,
    taken, made_at, paid_at, expires_at
"""

_ADD: Final = """
    insert into packets (
        sender_id, packet_id, kind, amount_fen, portions, greeting, chat_id, to_buyer_id, state,
        taken, made_at, due_at
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, 'unpaid', 0, $9, $10)
"""

_SENDERS: Final = "select packet_id, sender_id from packets where packet_id = any($1::bigint[])"

_FIND: Final = f"""
    select {_PACKET} from packets p
    join unnest($1::bigint[], $2::bigint[]) w(sender_id, packet_id) using (sender_id, packet_id)
"""

_HOLD: Final = f"{_FIND} order by sender_id, packet_id for update of p"

_MOVE: Final = """
    update packets p
    set state = w.state, taken = w.taken, paid_at = w.paid_at, expires_at = w.expires_at,
        due_at = case when w.state = 'open' then w.expires_at end
    from unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::smallint[], $5::timestamptz[],
        $6::timestamptz[]
    ) w(sender_id, packet_id, state, taken, paid_at, expires_at)
    where p.sender_id = w.sender_id and p.packet_id = w.packet_id
"""

_DUE: Final = f"""
    select {_PACKET} from packets where due_at <= $1
    order by due_at limit $2 for update skip locked
"""

_ADD_PARTS: Final = """
    insert into packet_parts (sender_id, packet_id, number, part_id, amount_fen)
    select * from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[])
"""

_PARTS: Final = """
    select sender_id, packet_id, number, part_id, amount_fen, coalesce(opener_id, 0), opened_at
    from packet_parts p
    join unnest($1::bigint[], $2::bigint[]) w(sender_id, packet_id) using (sender_id, packet_id)
    order by sender_id, packet_id, number
"""

# Whoever holds the packet takes the next; the index packet_parts_one_each would refuse a second.
_OPEN: Final = """
    update packet_parts set opener_id = $4, opened_at = $5
    where sender_id = $1 and packet_id = $2 and number = $3 and opener_id is null
    returning amount_fen
"""

_OF_PARTS: Final = """
    select p.part_id, p.sender_id, p.packet_id from packet_parts p
    join unnest($1::bigint[], $2::bigint[]) w(sender_id, part_id) using (sender_id, part_id)
"""

_SENT: Final = f"""
    select {_PACKET} from packets
    where sender_id = $1 and packet_id < $2 and paid_at is not null
    order by packet_id desc limit $3
"""

# What came back of them, beside: a packet may have given back its late money and its rest.
_SENT_SUM: Final = """
    select count(*) as packets, coalesce(sum(amount_fen), 0)::bigint as amount_fen, (
        select coalesce(sum(amount_fen), 0)::bigint from packet_returns
        where sender_id = $1 and done_at is not null and cause_kind <> 'packet_late'
    ) as returned_fen
    from packets where sender_id = $1 and paid_at is not null
"""

_RECEIVED_SUM: Final = """
    select count(*) as packets, coalesce(sum(amount_fen), 0)::bigint as amount_fen
    from packet_parts where opener_id = $1
"""

_LOOK: Final = """
    select p.sender_id, p.packet_id, p.kind, p.amount_fen, p.portions, p.greeting, p.chat_id,
        p.to_buyer_id, p.state, p.taken, p.made_at, p.paid_at, p.expires_at,
        coalesce(mine.amount_fen, 0) as mine_fen
    from packets p
    left join packet_parts mine on mine.opener_id = $1 and mine.packet_id = p.packet_id
    where p.packet_id = any($2::bigint[]) and p.paid_at is not null
"""

_RECEIVED: Final = """
    select sender_id, packet_id, number, part_id, amount_fen, opener_id, opened_at
    from packet_parts where opener_id = $1 and packet_id < $2
    order by packet_id desc limit $3
"""

_ADD_RETURNS: Final = """
    insert into packet_returns (sender_id, cause_kind, cause_id, packet_id, amount_fen)
    select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
    on conflict do nothing
"""

_END_RETURNS: Final = """
    update packet_returns r set done_at = $4, retry_at = null
    from unnest($1::bigint[], $2::text[], $3::bigint[]) w(sender_id, cause_kind, cause_id)
    where r.sender_id = w.sender_id and r.cause_kind = w.cause_kind and r.cause_id = w.cause_id
"""

_PUT_OFF: Final = """
    update packet_returns r set retry_at = $4
    from unnest($1::bigint[], $2::text[], $3::bigint[]) w(sender_id, cause_kind, cause_id)
    where r.sender_id = w.sender_id and r.cause_kind = w.cause_kind and r.cause_id = w.cause_id
      and r.done_at is null
"""

_TO_RETRY: Final = """
    update packet_returns r set retry_at = null
    where (sender_id, cause_kind, cause_id) in (
        select sender_id, cause_kind, cause_id from packet_returns
        where retry_at <= $1 order by retry_at limit $2 for update skip locked
    )
    returning sender_id, packet_id, cause_kind, cause_id, amount_fen
"""


async def add(tx: Tx, packet: Packet, due_at: datetime) -> None:
    await tx.execute(
        _ADD,
        *(packet.sender_id, packet.packet_id, packet.kind, packet.amount_fen, packet.portions),
        *(packet.greeting, packet.chat_id, packet.to_buyer_id, packet.made_at, due_at),
    )


async def find_key(tx: Tx, packet_id: int) -> Key | None:
    """Whose packet it is."""
    row = await tx.fetchrow(_SENDERS, [packet_id])
    return (row["sender_id"], row["packet_id"]) if row else None


async def find(tx: Tx, keys: Sequence[Key]) -> dict[Key, Packet]:
    return _packets(await tx.fetch(_FIND, *_columns(keys)))


async def hold(tx: Tx, keys: Sequence[Key]) -> dict[Key, Packet]:
    """Packets to decide on: nobody else takes of them until the transaction ends."""
    return _packets(await tx.fetch(_HOLD, *_columns(sorted(set(keys)))))


async def move(tx: Tx, packets: Sequence[Packet]) -> None:
    """Write held packets down as they are now."""
    await tx.execute(
        _MOVE,
        *_columns([one.key for one in packets]),
        [one.state.value for one in packets],
        [one.taken for one in packets],
        [one.paid_at for one in packets],
        [one.expires_at for one in packets],
    )


async def hold_due(tx: Tx, at: datetime, limit: int) -> list[Packet]:
    """Packets whose time to be paid or opened is over."""
    return [_packet(row) for row in await tx.fetch(_DUE, at, limit)]


async def add_parts(tx: Tx, parts: Sequence[Part]) -> None:
    await tx.execute(
        _ADD_PARTS,
        [one.sender_id for one in parts],
        [one.packet_id for one in parts],
        [one.number for one in parts],
        [one.part_id for one in parts],
        [one.amount_fen for one in parts],
    )


async def parts_of(tx: Tx, keys: Sequence[Key]) -> dict[Key, list[Part]]:
    """The portions of packets, in the order of opening."""
    found: dict[Key, list[Part]] = {key: [] for key in keys}
    for row in await tx.fetch(_PARTS, *_columns(keys)):
        found[row["sender_id"], row["packet_id"]].append(Part(*row))
    return found


async def open_part(tx: Tx, part: Part) -> None:
    """Give a portion of a held packet to who opens it."""
    key = (part.sender_id, part.packet_id, part.number)
    taken = await tx.fetchval(_OPEN, *key, part.opener_id, part.opened_at)
    assert taken is not None, "a held packet's portion was taken meanwhile"


async def packets_of_parts(tx: Tx, keys: Sequence[Key]) -> dict[int, Key]:
    """To which packet portions, by (sender_id, part_id), belong."""
    rows = await tx.fetch(_OF_PARTS, *_columns(keys)) if keys else []
    return {row["part_id"]: (row["sender_id"], row["packet_id"]) for row in rows}


async def list_sent(tx: Tx, sender_id: int, before: int, limit: int) -> list[Packet]:
    """Packets that somebody paid, the newest first."""
    return [_packet(row) for row in await tx.fetch(_SENT, sender_id, before, limit)]


async def list_received(tx: Tx, opener_id: int, before: int, limit: int) -> list[Part]:
    """Portions that somebody opened, those of the newest packets first."""
    return [Part(*row) for row in await tx.fetch(_RECEIVED, opener_id, before, limit)]


async def sum_sent(tx: Tx, sender_id: int) -> tuple[int, int, int]:
    """How many packets somebody paid, for how much, and what of it came back."""
    row = await tx.fetchrow(_SENT_SUM, sender_id)
    assert row is not None
    return row["packets"], row["amount_fen"], row["returned_fen"]


async def sum_received(tx: Tx, opener_id: int) -> tuple[int, int]:
    """How many packets somebody opened, and what was in them for him."""
    row = await tx.fetchrow(_RECEIVED_SUM, opener_id)
    assert row is not None
    return row["packets"], row["amount_fen"]


async def look_at(tx: Tx, opener_id: int, packet_ids: Sequence[int]) -> list[tuple[Packet, int]]:
    """Paid packets, each with what `opener_id` took of it."""
    rows = await tx.fetch(_LOOK, opener_id, list(packet_ids))
    return [(_packet(row[:-1]), row[-1]) for row in rows]


async def add_returns(tx: Tx, returns: Sequence[Return]) -> None:
    await tx.execute(
        _ADD_RETURNS,
        *_causes([(one.sender_id, one.cause_kind, one.cause_id) for one in returns]),
        [one.packet_id for one in returns],
        [one.amount_fen for one in returns],
    )


async def end_returns(tx: Tx, causes: Sequence[tuple[int, str, int]], at: datetime) -> None:
    """The money is back."""
    await tx.execute(_END_RETURNS, *_causes(causes), at)


async def put_off(tx: Tx, causes: Sequence[tuple[int, str, int]], until: datetime) -> None:
    """The money could not go back yet."""
    await tx.execute(_PUT_OFF, *_causes(causes), until)


async def take_to_retry(tx: Tx, at: datetime, limit: int) -> list[Return]:
    """What shall be tried once more now."""
    return [Return(*row) for row in await tx.fetch(_TO_RETRY, at, limit)]


def _columns(keys: Sequence[Key]) -> tuple[list[int], list[int]]:
    return [one for one, _ in keys], [other for _, other in keys]


def _causes(causes: Sequence[tuple[int, str, int]]) -> tuple[list[int], list[str], list[int]]:
    return [one[0] for one in causes], [one[1] for one in causes], [one[2] for one in causes]


def _packets(rows: Sequence[Row]) -> dict[Key, Packet]:
    return {packet.key: packet for packet in map(_packet, rows)}


def _packet(row: Row | tuple[Any, ...]) -> Packet:
    sender_id, packet_id, kind, *money, state, taken, made_at, paid_at, expires_at = row
    amount_fen, portions, greeting, chat_id, to_buyer_id = money
    return Packet(
        sender_id, packet_id, PacketKind(kind), amount_fen, portions, greeting, chat_id,
        to_buyer_id, PacketState(state), taken, made_at, paid_at, expires_at,
    )  # fmt: skip
