"""Parties, apps, tokens, buyers and sessions in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.identity.domain import (
    App,
    Buyer,
    BuyerDraft,
    Entry,
    Flow,
    Party,
    PartyDraft,
    PartyKind,
    Token,
)
from tongshang.runtime.db import Row, Tx

# --- parties and apps --------------------------------------------------------------------------

_PARTY: Final = """
    p.party_id, p.kind, p.name, p.name_en, p.intro, p.icon_url, p.appid, p.username
"""

_PARTIES: Final = f"select {_PARTY} from parties p where p.party_id = any($1::bigint[])"

_BY_APPID: Final = f"select {_PARTY} from parties p where p.appid = any($1::text[])"

_ADD_PEOPLE: Final = """
    insert into party_people (buyer_id, party_id, named_at)
    select buyer_id, party_id, $3
    from unnest($1::bigint[], $2::bigint[]) as named (buyer_id, party_id)
    on conflict (buyer_id, party_id) do nothing
"""

_PEOPLE: Final = """
    select buyer_id, array_agg(party_id) as parties from party_people
    where buyer_id = any($1::bigint[])
    group by buyer_id
"""

_ADD_ENTRY: Final = """
    insert into promoter_entries (buyer_id, party_id, rules, agreed_at)
    values ($1, $2, $3, $4) on conflict (buyer_id) do nothing returning party_id
"""

_ENTRY: Final = "select party_id, rules, agreed_at from promoter_entries where buyer_id = $1"

_PARTIES_OF_KIND: Final = f"""
    select {_PARTY} from parties p where p.kind = $1 and p.party_id > $2
    order by p.party_id limit $3
"""

_ADD_PARTIES: Final = """
    insert into parties (party_id, kind, name, name_en, intro, icon_url, appid, username, opened_at)
    select *, $9 from unnest(
        $1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[]
    )
"""

_ADD_APP: Final = """
    insert into apps (appid, party_id, secret_hash, opened_at) values ($1, $2, $3, $4)
    on conflict (appid) do nothing returning appid
"""

_APP: Final = f"""
    select a.secret_hash, a.calls_per_minute, a.calls_per_day, {_PARTY}, a.appid as app
    from apps a join parties p on p.party_id = a.party_id
    where a.appid = $1
"""


async def find_parties(tx: Tx, party_ids: Sequence[int]) -> dict[int, Party]:
    """Those of the parties that exist, by id."""
    rows = await tx.fetch(_PARTIES, list(party_ids))
    return {row["party_id"]: _party(row) for row in rows}


async def list_parties(tx: Tx, kind: PartyKind, after: int, limit: int) -> list[Party]:
    """Parties of one kind by id, those after `after`."""
    return [_party(row) for row in await tx.fetch(_PARTIES_OF_KIND, kind, after, limit)]


async def add_parties(
    tx: Tx, ids: Sequence[int], drafts: Sequence[PartyDraft], at: datetime
) -> None:
    """Write new parties."""
    await tx.execute(
        _ADD_PARTIES,
        list(ids),
        [draft.kind for draft in drafts],
        [draft.name for draft in drafts],
        [draft.name_en for draft in drafts],
        [draft.intro for draft in drafts],
        [draft.icon_url for draft in drafts],
        [draft.appid for draft in drafts],
        [draft.username for draft in drafts],
        at,
    )


async def find_by_appids(tx: Tx, appids: Sequence[str]) -> dict[str, Party]:
    """Those of the parties that exist, by appid."""
    return {row["appid"]: _party(row) for row in await tx.fetch(_BY_APPID, list(appids))}


async def add_people(tx: Tx, people: Sequence[tuple[int, int]], at: datetime) -> None:
    """Write who stands behind whom; what is known already stays."""
    await tx.execute(_ADD_PEOPLE, [one[0] for one in people], [one[1] for one in people], at)


async def find_people(tx: Tx, buyer_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """The parties behind which buyers stand."""
    rows = await tx.fetch(_PEOPLE, list(buyer_ids))
    return {row["buyer_id"]: frozenset(row["parties"]) for row in rows}


async def add_entry(tx: Tx, buyer_id: int, entry: Entry) -> bool:
    """Write that a person became a promoter; false where the person is one already."""
    row = await tx.fetchrow(_ADD_ENTRY, buyer_id, entry.party_id, entry.rules, entry.agreed_at)
    return row is not None


async def find_entry(tx: Tx, buyer_id: int) -> Entry | None:
    """The promoter that a person became."""
    row = await tx.fetchrow(_ENTRY, buyer_id)
    return Entry(**row) if row else None


async def add_app(tx: Tx, appid: str, party_id: int, secret_hash: bytes, at: datetime) -> bool:
    """Write a new app; False where the appid is taken."""
    added = await tx.fetchval(_ADD_APP, appid, party_id, secret_hash, at)
    return added is not None


async def find_app(tx: Tx, appid: str) -> App | None:
    """An app with its party."""
    row = await tx.fetchrow(_APP, appid)
    return _app(row) if row else None


async def hold_app(tx: Tx, appid: str) -> App | None:
    """An app, to issue a token to: of two calls for one app the second waits for the first."""
    row = await tx.fetchrow(_APP + " for update of a", appid)
    return _app(row) if row else None


def _party(row: Row) -> Party:
    return Party(
        party_id=row["party_id"],
        kind=PartyKind(row["kind"]),
        name=row["name"],
        name_en=row["name_en"],
        intro=row["intro"],
        icon_url=row["icon_url"],
        appid=row["appid"],
        username=row["username"],
    )


def _app(row: Row) -> App:
    return App(
        row["app"], _party(row), row["secret_hash"], row["calls_per_minute"], row["calls_per_day"]
    )


# --- tokens ------------------------------------------------------------------------------------

_BY_HASH: Final = """
    select token_hash, flow, seed, expires_at, is_latest from tokens
    where appid = $1 and token_hash = $2
"""

_LATEST: Final = """
    select token_hash, flow, seed, expires_at, is_latest from tokens
    where appid = $1 and flow = $2 and is_latest
"""

_REPLACE: Final = """
    update tokens set is_latest = false, expires_at = least(expires_at, $3)
    where appid = $1 and flow = $2 and (is_latest or expires_at > $3)
"""

_FORGET: Final = "delete from tokens where appid = $1 and not is_latest and expires_at <= $2"

_ADD_LATEST: Final = """
    insert into tokens (appid, token_hash, flow, seed, issued_at, expires_at, is_latest)
    values ($1, $2, $3, $4, $5, $6, true)
"""

_REFRESHES: Final = """
    select refreshed_at from token_refreshes where appid = $1 and refreshed_at >= $2
    order by refreshed_at
"""
_ADD_REFRESH: Final = "insert into token_refreshes (appid, refreshed_at) values ($1, $2)"
_FORGET_REFRESHES: Final = "delete from token_refreshes where appid = $1 and refreshed_at < $2"


async def find_token(tx: Tx, appid: str, token_hash: bytes) -> Token | None:
    """A token of the app."""
    row = await tx.fetchrow(_BY_HASH, appid, token_hash)
    return _token(row) if row else None


async def find_latest(tx: Tx, appid: str, flow: Flow) -> Token | None:
    """The token that was issued last in `flow`, expired or not."""
    row = await tx.fetchrow(_LATEST, appid, flow)
    return _token(row) if row else None


async def replace_token(
    tx: Tx, appid: str, token: Token, at: datetime, former_until: datetime
) -> None:
    """Write a new latest token of its flow; the former ones hold no longer than `former_until`."""
    await tx.execute(_REPLACE, appid, token.flow, former_until)
    await tx.execute(_FORGET, appid, at)
    await tx.execute(
        _ADD_LATEST, appid, token.token_hash, token.flow, token.seed, at, token.expires_at
    )


async def list_refreshes(tx: Tx, appid: str, since: datetime) -> list[datetime]:
    """When the app forced a new stable token, since a time."""
    return [row["refreshed_at"] for row in await tx.fetch(_REFRESHES, appid, since)]


async def add_refresh(tx: Tx, appid: str, at: datetime, since: datetime) -> None:
    """Record a forced refresh, and forget those before `since`."""
    await tx.execute(_FORGET_REFRESHES, appid, since)
    await tx.execute(_ADD_REFRESH, appid, at)


def _token(row: Row) -> Token:
    return Token(
        row["token_hash"], Flow(row["flow"]), row["seed"], row["expires_at"], row["is_latest"]
    )


# --- buyers ------------------------------------------------------------------------------------

_BUYERS: Final = """
    select buyer_id, nickname, avatar_url, openid from buyers where buyer_id = any($1::bigint[])
"""

_BUYER_BY_OPENID: Final = "select buyer_id from buyers where openid = $1"

# Bytes in order, as the index has them: a nickname that begins so lies between two texts.
_BUYERS_BY_NICKNAME: Final = """
    select buyer_id from buyers where nickname ~>=~ $1 and nickname ~<~ $2
    order by nickname using ~<~, buyer_id limit $3
"""

_ADD_BUYERS: Final = """
    insert into buyers (buyer_id, nickname, avatar_url, openid, joined_at)
    select *, $5 from unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
"""

_ADD_SESSIONS: Final = """
    insert into buyer_sessions (buyer_id, token_hash, opened_at, expires_at)
    select *, $3, $4 from unnest($1::bigint[], $2::bytea[])
"""

_FORGET_SESSIONS: Final = """
    delete from buyer_sessions where buyer_id = any($1::bigint[]) and expires_at < $2
"""

_SESSION: Final = """
    select s.expires_at, b.buyer_id, b.nickname, b.avatar_url, b.openid
    from buyer_sessions s join buyers b on b.buyer_id = s.buyer_id
    where s.buyer_id = $1 and s.token_hash = $2
"""


async def find_buyers(tx: Tx, buyer_ids: Sequence[int]) -> dict[int, Buyer]:
    """Those of the buyers that exist, by id."""
    rows = await tx.fetch(_BUYERS, list(buyer_ids))
    return {row["buyer_id"]: _buyer(row) for row in rows}


async def find_buyer_id(tx: Tx, openid: str) -> int | None:
    """Whose openid it is."""
    found: int | None = await tx.fetchval(_BUYER_BY_OPENID, openid)
    return found


async def find_by_nickname(tx: Tx, start: str, end: str, limit: int) -> list[int]:
    """Whose nickname lies between two texts."""
    return [row["buyer_id"] for row in await tx.fetch(_BUYERS_BY_NICKNAME, start, end, limit)]


async def add_buyers(
    tx: Tx,
    ids: Sequence[int],
    drafts: Sequence[BuyerDraft],
    openids: Sequence[str],
    at: datetime,
) -> None:
    """Write new buyers."""
    await tx.execute(
        _ADD_BUYERS,
        list(ids),
        [draft.nickname for draft in drafts],
        [draft.avatar_url for draft in drafts],
        list(openids),
        at,
    )


async def add_sessions(
    tx: Tx, buyer_ids: Sequence[int], hashes: Sequence[bytes], at: datetime, expires_at: datetime
) -> None:
    """Write sessions, and forget those of the same buyers that ended a session's life ago."""
    await tx.execute(_FORGET_SESSIONS, list(buyer_ids), at - (expires_at - at))
    await tx.execute(_ADD_SESSIONS, list(buyer_ids), list(hashes), at, expires_at)


async def find_session(tx: Tx, buyer_id: int, token_hash: bytes) -> tuple[Buyer, datetime] | None:
    """Whose session it is and when it ends."""
    row = await tx.fetchrow(_SESSION, buyer_id, token_hash)
    return (_buyer(row), row["expires_at"]) if row else None


def _buyer(row: Row) -> Buyer:
    return Buyer(row["buyer_id"], row["nickname"], row["avatar_url"], row["openid"])
