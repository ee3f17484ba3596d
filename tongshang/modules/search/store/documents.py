"""Documents: finding, writing, and building them anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tongshang.modules.search.domain.asking import Expression, Sort
from tongshang.modules.search.domain.documents import (
    HOT,
    Document,
    DocumentKey,
    DocumentKind,
    Facet,
    Trade,
)
from tongshang.modules.search.domain.ranking import Candidate, is_hot, merit
from tongshang.runtime.db import Row, Tx

HITS_MAX: Final = 500  # hits are counted so far; more are "more than five hundred"
READ_MAX: Final = 1_000  # documents that one question reads at most
SORTED_MAX: Final = 20_000  # documents that are put in another order at most
CANDIDATES_MAX: Final = 120
OTHERS_MAX: Final = 60

# --- finding ---------------------------------------------------------------------------------------

_COLUMNS: Final = """
    owner_id, kind, subject_id, title, names, weak, price_fen, market_price_fen, sold, rank,
    in_stock, fresh_at, cat_ids
"""
# What nearly all goods are (in stock) or a number says (the price) is no lexeme: the row tells it.
_PRICED: Final = """
    ($2::bigint = 0 or price_fen >= $2) and ($3::bigint = 0 or price_fen <= $3)
    and (in_stock or not $4::boolean)
"""

_COUNT: Final = f"""
    select goods.*, others.* from (
        select count(*), count(*) filter (where is_givable) from (
            select tokens @@ '{Facet.GIVABLE}' as is_givable from search_documents
            where kind = 1 and tokens @@ $1::tsquery and {_PRICED} limit {HITS_MAX + 1}
        ) found
    ) goods, (
        select count(*) filter (where kind = 2), count(*) filter (where kind = 3),
               count(*) filter (where kind = 4)
        from (
            select kind from search_documents
            where kind <> 1 and tokens @@ $5::tsquery limit {HITS_MAX + 1}
        ) found
    ) others
"""

# The title's own words first, then what ranks high: the order within is the domain's.
_GOODS: Final = f"""
    select {_COLUMNS} from (
        select {_COLUMNS} from search_documents
        where kind = 1 and tokens @@ $1::tsquery and {_PRICED}
        limit {READ_MAX}
    ) read
    order by (strpos(replace(title, '|', ''), $5) > 0)::int
             + (strpos(replace(title, '|', ''), $6) > 0)::int desc,
             rank desc, subject_id desc
    limit {CANDIDATES_MAX}
"""

_OTHERS: Final = f"""
    select {_COLUMNS} from search_documents
    where kind <> 1 and kind = any($2::smallint[]) and tokens @@ $1::tsquery
    order by rank desc, fresh_at desc, subject_id desc
    limit {OTHERS_MAX}
"""

# `is true` keeps the index of words out of it: where many fit, the few that are shown are found
# sooner along the order that was asked for.
_ALONG: Final = f"""
    select {_COLUMNS} from search_documents
    where kind = 1 and (tokens @@ $1::tsquery) is true and {_PRICED} and {{after}}
    order by {{order}} limit $7
"""
_SORTED: Final = f"""
    select {_COLUMNS} from (
        select {_COLUMNS} from search_documents
        where kind = 1 and tokens @@ $1::tsquery and {_PRICED}
        limit {SORTED_MAX}
    ) read
    where {{after}} order by {{order}} limit $7
"""
# $5 and $6 say after which row, where $6 is not 0.
_AFTER: Final = {
    Sort.SALES: ("sold", "<", "desc", "bigint"),
    Sort.NEWEST: ("fresh_at", "<", "desc", "timestamptz"),
    Sort.CHEAPEST: ("price_fen", ">", "asc", "bigint"),
    Sort.DEAREST: ("price_fen", "<", "desc", "bigint"),
}


def _sorting(sort: Sort, statement: str) -> str:
    column, sign, way, kind = _AFTER[sort]
    return statement.format(
        after=f"($6::bigint = 0 or ({column}, subject_id) {sign} ($5::{kind}, $6))",
        order=f"{column} {way}, subject_id {way}",
    )


_STATEMENTS: Final = {
    (sort, is_along): _sorting(sort, _ALONG if is_along else _SORTED)
    for sort in _AFTER
    for is_along in (False, True)
}


@dataclass(frozen=True, slots=True)
class Hits:
    """How many documents of each kind fit; one more than `HITS_MAX` says that there are more."""

    goods: int
    givable: int
    shops: int
    contents: int
    groups: int


async def count(tx: Tx, asked: Expression) -> Hits:
    """How many fit."""
    row = await tx.fetchrow(
        _COUNT, asked.goods, asked.price_from, asked.price_to, asked.in_stock, asked.others
    )
    assert row is not None
    return Hits(*row)


async def find_goods(tx: Tx, asked: Expression, *, is_hot: bool) -> list[Candidate]:
    """Products that may come first; `is_hot`: only of what ranks high."""
    expression = asked.hot if is_hot else asked.goods
    one, other = (*asked.heads, "", "")[:2]
    rows = await tx.fetch(
        _GOODS,
        expression,
        asked.price_from,
        asked.price_to,
        asked.in_stock,
        one or "\x01",
        other or "\x01",
    )
    return [_candidate(row) for row in rows]


async def find_sorted(
    tx: Tx,
    asked: Expression,
    sort: Sort,
    after: tuple[int | datetime, int],
    limit: int,
    *,
    is_along: bool,
) -> list[Candidate]:
    """Products in another order than the best first."""
    rows = await tx.fetch(
        _STATEMENTS[sort, is_along],
        asked.goods,
        asked.price_from,
        asked.price_to,
        asked.in_stock,
        after[0],
        after[1],
        limit,
    )
    return [_candidate(row) for row in rows]


async def find_others(tx: Tx, asked: Expression, kinds: Sequence[DocumentKind]) -> list[Candidate]:
    """Shops, contents and groups of presents."""
    return [_candidate(row) for row in await tx.fetch(_OTHERS, asked.others, list(kinds))]


def _candidate(row: Row) -> Candidate:
    values: list[Any] = list(row.values())
    values[-1] = tuple(values[-1])
    return Candidate(*values)


_GOODS_OF: Final = """
    select owner_id, count(*) from search_documents
    where owner_id = any($1::bigint[]) and kind = 1 group by owner_id
"""


async def count_goods(tx: Tx, shop_ids: Sequence[int]) -> dict[int, int]:
    """How many goods of each shop can be found."""
    return {row[0]: row[1] for row in await tx.fetch(_GOODS_OF, shop_ids)}


# --- writing ---------------------------------------------------------------------------------------

_PRINTS: Final = """
    select d.owner_id, d.kind, d.subject_id, d.print, d.title, d.names, d.suggests, d.sold,
           d.in_stock, d.rank
    from unnest($1::bigint[], $2::smallint[], $3::bigint[]) w(owner_id, kind, subject_id)
    join search_documents d
      on d.owner_id = w.owner_id and d.kind = w.kind and d.subject_id = w.subject_id
"""

_SAVE: Final = """
    insert into search_documents (
        owner_id, kind, subject_id, title, names, weak, suggests, tokens, cat_ids, price_fen,
        market_price_fen, sold, rank, in_stock, fresh_at, print, seen
    )
    select w.owner_id, w.kind, w.subject_id, w.title, w.names, w.weak, w.suggests,
           array_to_tsvector(string_to_array(w.tokens, ' ')),
           case w.cat_ids when '' then '{}' else string_to_array(w.cat_ids, ' ')::bigint[] end,
           w.price_fen, w.market_price_fen, w.sold, w.rank, w.in_stock, w.fresh_at, w.print, $17
    from unnest(
        $1::bigint[], $2::smallint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::integer[],
        $14::boolean[], $15::timestamptz[], $16::bytea[]
    ) w(
        owner_id, kind, subject_id, title, names, weak, suggests, tokens, cat_ids, price_fen,
        market_price_fen, sold, rank, in_stock, fresh_at, print
    )
    on conflict (owner_id, kind, subject_id) do update set
        title = excluded.title, names = excluded.names, weak = excluded.weak,
        suggests = excluded.suggests, tokens = excluded.tokens, cat_ids = excluded.cat_ids,
        price_fen = excluded.price_fen, market_price_fen = excluded.market_price_fen,
        sold = excluded.sold, rank = excluded.rank, in_stock = excluded.in_stock,
        fresh_at = excluded.fresh_at, print = excluded.print, seen = excluded.seen
"""

_DROP: Final = """
    delete from search_documents d
    using unnest($1::bigint[], $2::smallint[], $3::bigint[]) w(owner_id, kind, subject_id)
    where d.owner_id = w.owner_id and d.kind = w.kind and d.subject_id = w.subject_id
"""

_SAVE_TRADE: Final = """
    update search_documents d set sold = w.sold, in_stock = w.in_stock, rank = w.rank
    from unnest(
        $1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::boolean[], $6::integer[]
    ) w(owner_id, kind, subject_id, sold, in_stock, rank)
    where d.owner_id = w.owner_id and d.kind = w.kind and d.subject_id = w.subject_id
"""

_SEEN: Final = """
    update search_documents d set seen = $4
    from unnest($1::bigint[], $2::smallint[], $3::bigint[]) w(owner_id, kind, subject_id)
    where d.owner_id = w.owner_id and d.kind = w.kind and d.subject_id = w.subject_id
"""

_UNSEEN: Final = """
    select owner_id, kind, subject_id from search_documents where seen <> $1 limit $2
"""

_KEYS_OF: Final = """
    select subject_id from search_documents
    where owner_id = $1 and kind = 1 and subject_id > $2 order by subject_id limit $3
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is in the index of a document, as far as it must be known to replace it."""

    print: bytes
    title: str
    names: str
    suggests: str
    sold: int
    in_stock: bool
    rank: int

    @property
    def trade(self) -> Trade:
        """What every day moves of it."""
        return self.sold, self.in_stock


async def find_kept(tx: Tx, keys: Sequence[DocumentKey]) -> dict[DocumentKey, Kept]:
    """The documents that are there already."""
    rows = await tx.fetch(_PRINTS, *_columns(keys))
    return {tuple(row[:3]): Kept(*row[3:]) for row in map(tuple, rows)}


async def save(tx: Tx, documents: Sequence[Document], seen: int) -> None:
    """Write documents, new or in place of what was there."""
    if not documents:
        return
    ranks = [merit(one) for one in documents]
    await tx.execute(
        _SAVE,
        *_columns([one.key for one in documents]),
        [one.title for one in documents],
        [one.names for one in documents],
        [one.weak for one in documents],
        [one.suggests for one in documents],
        [
            _tokens(one, is_among_hot=is_hot(rank, in_stock=one.in_stock))
            for one, rank in zip(documents, ranks, strict=True)
        ],
        [" ".join(map(str, one.cat_ids)) for one in documents],
        [one.price_fen for one in documents],
        [one.market_price_fen for one in documents],
        [one.sold for one in documents],
        ranks,
        [one.in_stock for one in documents],
        [one.fresh_at for one in documents],
        [one.print for one in documents],
        seen,
    )


async def save_trade(tx: Tx, kept: Mapping[DocumentKey, Kept]) -> None:
    """Write what trade moved of documents whose words stay as they are."""
    if kept:
        await tx.execute(
            _SAVE_TRADE,
            *_columns(list(kept)),
            [one.sold for one in kept.values()],
            [one.in_stock for one in kept.values()],
            [one.rank for one in kept.values()],
        )


def _tokens(document: Document, *, is_among_hot: bool) -> str:
    found = document.lexemes()
    return " ".join(found + [one + HOT for one in found] if is_among_hot else found)


def _columns(keys: Sequence[DocumentKey]) -> tuple[list[int], list[int], list[int]]:
    return [key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys]


async def mark_seen(tx: Tx, keys: Sequence[DocumentKey], seen: int) -> None:
    """Note that a rebuild has met documents that it need not write."""
    if keys:
        await tx.execute(_SEEN, *_columns(keys), seen)


async def list_unseen(tx: Tx, seen: int, limit: int) -> list[DocumentKey]:
    """Documents that a rebuild has not met: they are no more."""
    rows = await tx.fetch(_UNSEEN, seen, limit)
    return [(row[0], row[1], row[2]) for row in rows]


async def drop(tx: Tx, keys: Sequence[DocumentKey]) -> None:
    """Take documents out."""
    if keys:
        await tx.execute(_DROP, *_columns(keys))


async def list_goods_of(tx: Tx, shop_id: int, after: int, limit: int) -> list[int]:
    """The products of a shop that are in the index, by id."""
    return [row[0] for row in await tx.fetch(_KEYS_OF, shop_id, after, limit)]


# --- the index and its listener --------------------------------------------------------------------

# The runtime's lock of a task that is done by one worker at a time.
_HOLD_LISTENER: Final = "select pg_advisory_xact_lock(7421, hashtext($1))"


async def hold_listener(tx: Tx, kind: str) -> None:
    """Keep the listener waiting until the transaction ends."""
    await tx.execute(_HOLD_LISTENER, kind)
