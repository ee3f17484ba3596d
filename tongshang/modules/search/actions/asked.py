"""What people looked for: counted without names, remembered for those who want it."""

import hmac
from datetime import timedelta
from typing import Final

from tongshang.modules.governance import api as governance
from tongshang.modules.search.domain import text
from tongshang.modules.search.store import asked as asked_
from tongshang.modules.search.store import terms as terms_
from tongshang.runtime.call import Call

RECENTS_MAX: Final = 20
POPULAR_MAX: Final = 200
# Fewer people than this share no query: what only one or two typed may be about themselves.
PEOPLE_MIN: Final = 3
_COUNTED: Final = timedelta(days=7)
_CHINA: Final = timedelta(hours=8)
QUERY: Final = 5  # the kind of terms that are popular queries


def told(typed: str) -> str:
    """A query as it is kept: one width and case, single spaces."""
    return " ".join(text.plain(typed).split())[: text.QUERY_MAX]


async def note(call: Call, typed: str) -> None:
    """Count a query for this person or address, and remember it for a buyer who agreed."""
    query = told(typed)
    if not query:
        return
    at = call.at + _CHINA
    # The mark changes every day, so that days of one person cannot be laid side by side.
    said = f"{at.date()} {call.caller.name}".encode()
    who = hmac.digest(call.house.secret, b"search.asked\0" + said, "sha256")[:12]
    await asked_.note_asking(call.tx, at, query, who)
    if call.caller.buyer_id:
        await asked_.remember(call.tx, call.caller.buyer_id, query, call.at, RECENTS_MAX)


async def count_popular(call: Call) -> None:
    """Make popular what enough people looked for in a week; nothing forbidden becomes so."""
    since = call.at + _CHINA - _COUNTED
    await asked_.forget_askings(call.tx, since)
    found = await asked_.list_popular(call.tx, since, PEOPLE_MIN, POPULAR_MAX)
    fit = {query: people for query, people in found.items() if not governance.judge([query])}
    await terms_.drop_terms(call.tx, [QUERY])
    await terms_.add_terms(call.tx, {(query, QUERY): people * 10 for query, people in fit.items()})
