"""Finding things, what is suggested, what one looked for before; and the operator's synonyms."""

from typing import Final

from tongshang.kernel.ids import Named
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.compass import api as compass
from tongshang.modules.compass.api import EventDraft, EventKind
from tongshang.modules.search import wire
from tongshang.modules.search.actions import asked, showing, suggesting
from tongshang.modules.search.domain import text
from tongshang.modules.search.refusals import SearchedTooOften, SynonymsNotFound, SynonymsTooFew
from tongshang.modules.search.store import asked as asked_
from tongshang.modules.search.store import terms as terms_
from tongshang.modules.surfaces.api import Surface
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.limits import DayQuotaUsedUp, Limits, MinuteQuotaUsedUp
from tongshang.runtime.rpc import Done, Endpoints, Nothing

ENDPOINTS = Endpoints("search")

# How often one person, program or address may; a process counts by itself (runtime/limits.py).
SEARCHES_PER_MINUTE: Final = 120
SUGGESTIONS_PER_MINUTE: Final = 600
NOTES_PER_MINUTE: Final = 60
_PER_DAY: Final = 50_000
_POPULAR: Final = 12
_WORD_MAX: Final = 16


def _count(call: Call, what: str, per_minute: int) -> None:
    """Count this caller, or refuse; by the platform's time, in a table of search's own."""
    limits: Limits = call.house.memory.setdefault("search.limits", Limits())
    try:
        limits.count(f"{what} {call.caller.name}", call.at, per_minute, _PER_DAY)
    except (MinuteQuotaUsedUp, DayQuotaUsedUp):
        raise SearchedTooOften(limit=per_minute) from None


@ENDPOINTS(
    "GET",
    "/v1/buyer/search",
    needs=Scope.PUBLIC,
    refuses=(SearchedTooOften, CursorMismatch),
    reads=True,
)
async def search(call: Call, req: wire.SearchQuery) -> wire.SearchPage:
    """Find goods, shops, contents and presents by words, pinyin, initials, or nearly so.

    Every answer counts what stands under each tab; goods are cards with a token that says that
    they were found by search. docs/search.md tells what comes first, and why.
    """
    _count(call, "search", SEARCHES_PER_MINUTE)
    return await showing.search(call, req)


@ENDPOINTS(
    "GET", "/v1/buyer/search/suggest", needs=Scope.PUBLIC, refuses=(SearchedTooOften,), reads=True
)
async def suggest(call: Call, req: wire.SuggestQuery) -> wire.Suggestions:
    """Suggest what may be meant by what was begun, in characters, pinyin or initials."""
    _count(call, "suggest", SUGGESTIONS_PER_MINUTE)
    return await suggesting.suggest(call, req)


@ENDPOINTS("GET", "/v1/buyer/search/popular", needs=Scope.PUBLIC, reads=True)
async def list_popular(call: Call, req: Nothing) -> wire.Queries:
    """List what many people looked for this week."""
    return wire.Queries(await asked_.list_top(call.tx, _POPULAR))


@ENDPOINTS("GET", "/v1/buyer/search/recent/list", needs=Scope.BUYER, reads=True)
async def list_recents(call: Call, req: Nothing) -> wire.Queries:
    """List what one looked for, the newest first, and whether it is remembered at all."""
    keeps = await asked_.has_consent(call.tx, call.buyer_id)
    found = await asked_.list_recents(call.tx, call.buyer_id, asked.RECENTS_MAX) if keeps else []
    return wire.Queries(found, keeps)


@ENDPOINTS("POST", "/v1/buyer/search/recent/add", needs=Scope.PUBLIC, refuses=(SearchedTooOften,))
async def note_asked(call: Call, req: wire.AskedNote) -> Done:
    """Say that one searched: it counts towards what is popular, once a day and person.

    It is remembered for a buyer who agreed to that, and for nobody else.
    """
    _count(call, "note", NOTES_PER_MINUTE)
    await asked.note(call, req.q)
    event = EventDraft(call.at, EventKind.SEARCH, Surface.SEARCH)
    await compass.record(call, [event])
    return Done()


@ENDPOINTS("POST", "/v1/buyer/search/recent/clear", needs=Scope.BUYER)
async def clear_recents(call: Call, req: wire.RecentRef) -> Done:
    """Forget one of one's own queries, or all."""
    query = asked.told(req.q)
    if query or not req.q:
        await asked_.forget(call.tx, call.buyer_id, query)
    return Done()


@ENDPOINTS("POST", "/v1/buyer/search/recent/consent", needs=Scope.BUYER)
async def set_consent(call: Call, req: wire.Consent) -> Done:
    """Agree that one's queries are remembered, or take it back, which forgets them."""
    if req.keeps:
        await asked_.give_consent(call.tx, call.buyer_id, call.at)
    else:
        await asked_.withdraw_consent(call.tx, call.buyer_id)
    return Done()


@ENDPOINTS("GET", "/v1/platform/search/synonym/list", needs=Scope.OPERATOR, reads=True)
async def list_synonyms(call: Call, req: Nothing) -> wire.Synonyms:
    """List the platform's own groups of words that mean the same."""
    groups = await terms_.list_synonyms(call.tx)
    return wire.Synonyms([wire.SynonymView(str(i), list(some)) for i, some in groups.items()])


@ENDPOINTS(
    "POST",
    "/v1/platform/search/synonym/add",
    needs=Scope.OPERATOR,
    refuses=(SynonymsTooFew,),
)
async def add_synonyms(call: Call, req: wire.SynonymDraft) -> wire.SynonymView:
    """Have words mean the same; searches heed it within seconds."""
    words = list(dict.fromkeys(" ".join(text.plain(one).split()) for one in req.words))
    if len(words) < 2 or not all(1 <= len(one) <= _WORD_MAX for one in words):
        raise SynonymsTooFew
    group_id = call.take_id(Named.JOB)
    await terms_.add_synonyms(call.tx, group_id, words, call.at)
    return wire.SynonymView(str(group_id), words)


@ENDPOINTS(
    "POST",
    "/v1/platform/search/synonym/remove",
    needs=Scope.OPERATOR,
    refuses=(SynonymsNotFound,),
)
async def remove_synonyms(call: Call, req: wire.SynonymRef) -> Done:
    """Take a group of words back."""
    if not await terms_.drop_synonyms(call.tx, int(req.group_id)):
        raise SynonymsNotFound
    return Done()
