"""Finding: understand the query, ask the index strictly, then more leniently, and put in order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tongshang.modules.search.domain import asking, query, ranking, sounds, text, words
from tongshang.modules.search.domain.asking import Expression, Filters, Sort
from tongshang.modules.search.domain.documents import DocumentKind
from tongshang.modules.search.domain.query import Known, Reading, Wanted
from tongshang.modules.search.domain.ranking import Candidate, Placed
from tongshang.modules.search.domain.words import Words
from tongshang.modules.search.store import documents as documents_
from tongshang.modules.search.store import terms as terms_
from tongshang.modules.search.store.documents import HITS_MAX, Hits
from tongshang.runtime.call import Call
from tongshang.runtime.recall import Recall

FEW: Final = 3  # with fewer hits than this a query may have been mistyped
# What so many documents have is met soon enough along the order that is asked for.
_ALONG_FROM: Final = 5_000
NO_FILTERS: Final = Filters()
_OTHER_KINDS: Final = (DocumentKind.SHOP, DocumentKind.CONTENT, DocumentKind.GIFT_GROUP)
_WORDS: Final = "search.words"
_WORDS_KEPT_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a query leads to. `meant` is what it may have been meant to be, where that finds more."""

    reading: Reading
    hits: Hits
    goods: tuple[Placed, ...] = ()
    others: tuple[Placed, ...] = ()
    is_lenient: bool = False
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with what was chosen beside it."""

    typed: str
    filters: Filters = NO_FILTERS
    sort: Sort = Sort.RELEVANCE
    wants_goods: bool = True
    wants_others: bool = True
    is_gift: bool = False  # goods that can be given
    is_literal: bool = False  # as it was typed, even if it finds nothing
    after: tuple[int | datetime, int] = (0, 0)
    limit: int = 20


async def platform_words(call: Call) -> Words:
    """The words of search; the operator's own are read again every other second."""
    recall: Recall[Words] = call.house.memory.setdefault(_WORDS, Recall(_WORDS_KEPT_SECONDS))
    known = recall.get("words")
    if known is None:
        known = words.words((await terms_.list_synonyms(call.tx)).values())
        recall.keep("words", 0, known)
    return known


async def understand(call: Call, typed: str) -> Reading:
    """A query as slots: one statement."""
    told = await platform_words(call)
    plain = text.plain(typed[: text.QUERY_MAX]).strip()
    given = query.parts(plain, told)
    asked = query.wanted(given, told)
    known = await _look_up(call, asked) if given else Known()
    return query.read(plain, given, known, told)


async def _look_up(call: Call, asked: Wanted) -> Known:
    return Known.of(await terms_.look_up(call.tx, asked.terms, asked.sounds, asked.looses))


async def correct(call: Call, reading: Reading) -> Reading | None:
    """The query with its slips mended, where there is a word near what was typed."""
    slipped = query.slipped(reading)
    if not slipped:
        return None
    keys = sorted({key for window in slipped for key in window.keys})
    looses = sorted({sounds.loose(window.sound) for window in slipped})
    near = await terms_.find_near(call.tx, keys, looses)
    return query.corrected(reading, near, slipped, await platform_words(call))


async def find(call: Call, asked: Asked) -> Found:
    """What the query finds: as typed; with its slips mended where that is nothing; leniently last."""
    reading = await understand(call, asked.typed)
    if not reading.slots:
        return await _browse(call, asked, reading)
    strict = asking.strict(reading, asked.filters)
    hits = await documents_.count(call.tx, strict)
    if _is_few(hits) and not asked.is_literal:
        mended = await correct(call, reading)
        if mended is not None:
            other = asking.strict(mended, asked.filters)
            more = await documents_.count(call.tx, other)
            if _total(more) > _total(hits):
                if not _total(hits):
                    return await _read(call, asked, mended, other, more)
                found = await _read(call, asked, reading, strict, hits)
                return replace(found, meant=mended.shown)
    if not _total(hits) and (lenient := asking.lenient(reading, asked.filters)) is not None:
        hits = await documents_.count(call.tx, lenient)
        found = await _read(call, asked, reading, lenient, hits)
        return replace(found, is_lenient=_total(hits) > 0)
    return await _read(call, asked, reading, strict, hits)


def _is_few(hits: Hits) -> bool:
    return hits.goods < FEW and hits.shops + hits.contents + hits.groups < FEW


def _total(hits: Hits) -> int:
    return hits.goods + hits.shops + hits.contents + hits.groups


async def _browse(call: Call, asked: Asked, reading: Reading) -> Found:
    """Without words: all goods that the filters leave, if there are any."""
    expression = asking.browsing(asked.filters)
    if expression is None:
        return Found(reading, Hits(0, 0, 0, 0, 0))
    hits = await documents_.count(call.tx, expression)
    return await _read(call, asked, reading, expression, hits)


async def _read(
    call: Call, asked: Asked, reading: Reading, expression: Expression, hits: Hits
) -> Found:
    goods: Sequence[Placed] = ()
    others: Sequence[Placed] = ()
    if asked.is_gift:
        expression = expression.of_givable()
    if asked.wants_goods and hits.goods:
        goods = await _goods(call, asked, reading, expression, hits)
    if asked.wants_others and hits.shops + hits.contents + hits.groups:
        candidates = await documents_.find_others(call.tx, expression, _OTHER_KINDS)
        others = ranking.place(reading, candidates, call.at)
    return Found(reading, hits, tuple(goods), tuple(others))


async def _goods(
    call: Call, asked: Asked, reading: Reading, expression: Expression, hits: Hits
) -> list[Placed]:
    if asked.sort is not Sort.RELEVANCE:
        rarest = min((slot.weight for slot in reading.slots), default=_ALONG_FROM)
        is_along = hits.goods > HITS_MAX and rarest >= _ALONG_FROM
        found = await documents_.find_sorted(
            call.tx, expression, asked.sort, asked.after, asked.limit, is_along=is_along
        )
        return [Placed(0, one) for one in found]
    candidates: list[Candidate] = []
    if hits.goods > HITS_MAX:
        candidates = await documents_.find_goods(call.tx, expression, is_hot=True)
    if len(candidates) < documents_.CANDIDATES_MAX:
        more = await documents_.find_goods(call.tx, expression, is_hot=False)
        known = {one.key for one in candidates}
        candidates += [one for one in more if one.key not in known]
    return ranking.place(reading, candidates, call.at)
