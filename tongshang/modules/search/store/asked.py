"""What people looked for."""

from datetime import datetime
from typing import Final

from tongshang.runtime.db import Tx

_ASK: Final = """
    insert into search_askings (day, query, who) values ($1, $2, $3) on conflict do nothing
"""
_REMEMBER: Final = """
    insert into search_recents (buyer_id, query, at)
    select $1, $2, $3 where exists (select from search_consents where buyer_id = $1)
    on conflict (buyer_id, query) do update set at = excluded.at
"""
_TRIM: Final = """
    delete from search_recents where buyer_id = $1 and query in (
        select query from search_recents where buyer_id = $1 order by at desc offset $2
    )
"""
_RECENTS: Final = """
    select query from search_recents where buyer_id = $1 order by at desc limit $2
"""
_FORGET: Final = "delete from search_recents where buyer_id = $1 and ($2 = '' or query = $2)"
_CONSENT: Final = """
    insert into search_consents (buyer_id, given_at) values ($1, $2) on conflict do nothing
"""
_WITHDRAW: Final = "delete from search_consents where buyer_id = $1"
_HAS_CONSENT: Final = "select exists (select from search_consents where buyer_id = $1)"

_POPULAR: Final = """
    select query, count(distinct who) as people from search_askings where day > $1
    group by query having count(distinct who) >= $2
    order by people desc, query limit $3
"""
_TOP: Final = """
    select term from search_terms where kind = 5 and weight > 0 order by weight desc, term limit $1
"""
_OLD_ASKINGS: Final = "delete from search_askings where day <= $1"


async def note_asking(tx: Tx, day: datetime, query: str, who: bytes) -> None:
    """Count a query, once a day and person."""
    await tx.execute(_ASK, day.date(), query, who)


async def remember(tx: Tx, buyer_id: int, query: str, at: datetime, most: int) -> None:
    """Keep what a person looked for, if the person agreed; only the newest `most`."""
    await tx.execute(_REMEMBER, buyer_id, query, at)
    await tx.execute(_TRIM, buyer_id, most)


async def list_recents(tx: Tx, buyer_id: int, limit: int) -> list[str]:
    """What a person looked for, the newest first."""
    return [row[0] for row in await tx.fetch(_RECENTS, buyer_id, limit)]


async def forget(tx: Tx, buyer_id: int, query: str = "") -> None:
    """Forget one query of a person, or all."""
    await tx.execute(_FORGET, buyer_id, query)


async def has_consent(tx: Tx, buyer_id: int) -> bool:
    """Whether a person wants queries to be remembered."""
    found: bool = await tx.fetchval(_HAS_CONSENT, buyer_id)
    return found


async def give_consent(tx: Tx, buyer_id: int, at: datetime) -> None:
    """From now on queries are remembered."""
    await tx.execute(_CONSENT, buyer_id, at)


async def withdraw_consent(tx: Tx, buyer_id: int) -> None:
    """From now on none is, and those that were are forgotten."""
    await tx.execute(_WITHDRAW, buyer_id)
    await forget(tx, buyer_id)


async def list_popular(tx: Tx, since: datetime, people: int, limit: int) -> dict[str, int]:
    """What so many people looked for since a day."""
    rows = await tx.fetch(_POPULAR, since.date(), people, limit)
    return {row[0]: row[1] for row in rows}


async def list_top(tx: Tx, limit: int) -> list[str]:
    """What is popular, as it was counted last."""
    return [row[0] for row in await tx.fetch(_TOP, limit)]


async def forget_askings(tx: Tx, until: datetime) -> None:
    """Drop what was counted long ago."""
    await tx.execute(_OLD_ASKINGS, until.date())
