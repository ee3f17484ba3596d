"""What may be meant by what was begun."""

from typing import Final

from tongshang.modules.search import wire
from tongshang.modules.search.domain import sounds, text
from tongshang.modules.search.store import terms as terms_
from tongshang.runtime.call import Call

BEGUN_MAX: Final = 24
_NAMED: Final = {1: "word", 2: "shop", 3: "title", 4: "category", 5: "query"}
# What comes before what, where both begin so: what others looked for, names, then words and titles.
_GOES_FIRST: Final = {5: 0, 2: 1, 4: 2, 1: 3, 3: 4}
_TITLES_MAX: Final = 4  # of ten suggestions, so many titles of goods at least where there are any


async def suggest(call: Call, req: wire.SuggestQuery) -> wire.Suggestions:
    """Up to `limit` suggestions, each text once."""
    begun = " ".join(text.plain(req.q).split())[:BEGUN_MAX]
    if not begun:
        return wire.Suggestions([])
    sound = sounds.pinyin(begun).replace(" ", "") if begun.isascii() else ""
    found = await terms_.suggest(call.tx, begun, sound)
    found = [one for one in found if one.kind != 1 or len(one.term) > 1]
    titles = [one for one in found if one.kind == terms_.TITLES]
    others = sorted(
        (one for one in found if one.kind != terms_.TITLES),
        key=lambda one: (_GOES_FIRST[one.kind], -one.weight, one.term),
    )
    room = req.limit - min(len(titles), _TITLES_MAX)
    chosen = dict.fromkeys(
        (one.term, one.kind) for one in [*others[:room], *titles, *others[room:]]
    )
    once: dict[str, int] = {}
    for term, kind in chosen:
        once.setdefault(term, kind)
    return wire.Suggestions(
        [
            wire.Suggestion(term, _NAMED[kind], wire.marks(text.spans(term, [begun])))  # type: ignore[arg-type] # the table's own words
            for term, kind in list(once.items())[: req.limit]
        ]
    )
