"""Terms: words, names, titles and queries, and how they sound; what is suggested; synonyms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tongshang.modules.search.domain import sounds
from tongshang.modules.search.domain.query import Term
from tongshang.runtime.db import Row, Tx

_TERM: Final = "term, kind, weight, pinyin, initials, loose"

_LOOK_UP: Final = f"""
    (select {_TERM} from search_terms where term = any($1::text[]) and kind <> 3)
    union
    (select {_TERM} from unnest($2::text[]) w(sound) cross join lateral (
        select {_TERM} from search_terms t where t.pinyin = w.sound and kind <> 3
        order by level desc limit 12) found)
    union
    (select {_TERM} from unnest($2::text[]) w(sound) cross join lateral (
        select {_TERM} from search_terms t
        where t.initials = w.sound and kind <> 3 and length(w.sound) > 1
        order by level desc limit 12) found)
    union
    (select {_TERM} from unnest($3::text[]) w(sound) cross join lateral (
        select {_TERM} from search_terms t where t.loose = w.sound and kind <> 3
        order by level desc limit 8) found)
"""
_LOOK_UP_WORDS: Final = (
    f"select {_TERM} from search_terms where term = any($1::text[]) and kind <> 3"
)

_NEAR: Final = f"""
    select {_TERM} from search_terms
    where (slips && $1::text[] or loose = any($2::text[])) and kind in (1, 2, 4, 5) and weight > 0
    order by weight desc limit 200
"""


def _level(weight: str) -> str:
    return f"floor(log(2.0, greatest({weight}, 1)))::smallint"


_ADD_TERMS: Final = f"""
    insert into search_terms (term, kind, weight, level, pinyin, initials, loose, slips)
    select term, kind, weight, {_level("weight")}, pinyin, initials, loose,
           string_to_array(slips, ' ')
    from unnest(
        $1::text[], $2::smallint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[]
    ) w(term, kind, weight, pinyin, initials, loose, slips)
    on conflict (term, kind) do update set
        weight = search_terms.weight + excluded.weight,
        level = {_level("search_terms.weight + excluded.weight")}
"""
_WEIGH: Final = f"""
    update search_terms t set weight = t.weight + w.weight, level = {_level("t.weight + w.weight")}
    from unnest($1::text[], $2::smallint[], $3::bigint[]) w(term, kind, weight)
    where t.term = w.term and t.kind = w.kind
    returning t.term, t.kind
"""
_SWEEP: Final = "delete from search_terms where weight <= 0"
_DROP_TERMS: Final = "delete from search_terms where kind = any($1::smallint[])"


def _term(row: Row) -> Term:
    return Term(*row)


async def look_up(
    tx: Tx, terms: Sequence[str], heard: Sequence[str], looses: Sequence[str]
) -> list[Term]:
    """Terms by how they are written and how they sound."""
    if heard:
        rows = await tx.fetch(_LOOK_UP, terms, heard, looses)
    else:
        rows = await tx.fetch(_LOOK_UP_WORDS, terms)
    return [_term(row) for row in rows]


async def find_near(tx: Tx, keys: Iterable[str], looses: Iterable[str]) -> list[Term]:
    """Terms that may be a slip away from what was typed."""
    return [_term(row) for row in await tx.fetch(_NEAR, list(keys), list(looses))]


async def weigh(tx: Tx, changes: dict[tuple[str, int], int]) -> None:
    """Count terms up and down; how new ones sound is found out once."""
    changes = {key: by for key, by in sorted(changes.items()) if by}
    if not changes:
        return
    columns = (
        [key[0] for key in changes],
        [key[1] for key in changes],
        list(changes.values()),
    )
    known = {(row[0], row[1]) for row in await tx.fetch(_WEIGH, *columns)}
    fresh = {key: by for key, by in changes.items() if key not in known and by > 0}
    await add_terms(tx, fresh)


async def add_terms(tx: Tx, fresh: dict[tuple[str, int], int]) -> None:
    """Terms that were not known, with their sounds."""
    if not fresh:
        return
    heard = {term: sounds.heard(term) for term, _ in fresh}
    await tx.execute(
        _ADD_TERMS,
        [term for term, _ in fresh],
        [kind for _, kind in fresh],
        list(fresh.values()),
        [heard[term][0] for term, _ in fresh],
        [heard[term][1] for term, _ in fresh],
        [sounds.loose(heard[term][0]) for term, _ in fresh],
        [" ".join(sorted(_slips(term, kind, heard[term][0]))) for term, kind in fresh],
    )


TITLES: Final = 3  # the kind of terms that are titles: only suggested


def _slips(term: str, kind: int, sound: str) -> set[str]:
    if kind == TITLES or len(term) < 2 or len(sound) > sounds.SLIPPED_MAX * 2:
        return set()
    found = {sound}
    if len(sound) > 3:
        found |= sounds.slips(sound)
    if len(term) > 2 and not term.isascii():
        found |= {f"#{one}" for one in sounds.slips(term)} | {f"#{term}"}
    return {one.replace(" ", "") for one in found}


async def sweep(tx: Tx) -> None:
    """Forget terms that no document has any more."""
    await tx.execute(_SWEEP)


async def drop_terms(tx: Tx, kinds: Sequence[int]) -> None:
    """Forget all terms of some kinds, to count them anew."""
    await tx.execute(_DROP_TERMS, list(kinds))


# --- suggestions -----------------------------------------------------------------------------------

_SUGGEST_SHORT: Final = """
    select term, kind, weight from (
        (select term, kind, weight from search_terms
         where left(term, {size}) = $1 order by level desc limit 40)
        union
        (select term, kind, weight from search_terms
         where left(initials, {size}) = $2 order by level desc limit 40)
    ) found order by weight desc
"""
_SUGGEST: Final = """
    select term, kind, weight from (
        (select term, kind, weight from search_terms
         where term >= $1 and term < $1 || U&'\\FFFF' limit 2000)
        union
        (select term, kind, weight from search_terms
         where pinyin >= $2 and pinyin < $2 || '~' limit 2000)
        union
        (select term, kind, weight from search_terms
         where initials >= $2 and initials < $2 || '~' limit 2000)
    ) found
    where weight > 0 order by weight desc, term limit 60
"""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A term that may be what somebody begins to type."""

    term: str
    kind: int
    weight: int


async def suggest(tx: Tx, begun: str, sound: str) -> list[Suggested]:
    """Terms that begin so, written or heard."""
    size = len(begun)
    if size <= 2:
        rows = await tx.fetch(_SUGGEST_SHORT.format(size=size), begun, sound[:size] or "\x01")
    else:
        rows = await tx.fetch(_SUGGEST, begun, sound or "\x01")
    return [Suggested(*row) for row in rows]


# --- synonyms --------------------------------------------------------------------------------------

_SYNONYMS: Final = "select group_id, words from search_synonyms order by group_id"
_ADD_SYNONYM: Final = """
    insert into search_synonyms (group_id, words, added_at) values ($1, $2, $3)
"""
_DROP_SYNONYM: Final = "delete from search_synonyms where group_id = $1 returning group_id"


async def list_synonyms(tx: Tx) -> dict[int, tuple[str, ...]]:
    """The platform's own groups of words that mean the same."""
    return {row[0]: tuple(row[1]) for row in await tx.fetch(_SYNONYMS)}


async def add_synonyms(tx: Tx, group_id: int, words: Sequence[str], at: datetime) -> None:
    """A group more."""
    await tx.execute(_ADD_SYNONYM, group_id, list(words), at)


async def drop_synonyms(tx: Tx, group_id: int) -> bool:
    """A group less; False where there is none such."""
    return await tx.fetchval(_DROP_SYNONYM, group_id) is not None
