"""The index built anew, beside those who search and those who sell.

In steps of a thousand documents, each in its own transaction and under the listener's lock, so
that no step writes what a fact has made untrue meanwhile. What was not met at the end is no more.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.search.actions.indexing import PLATFORM, refresh
from tongshang.modules.search.domain import words
from tongshang.modules.search.domain.documents import DocumentKey, DocumentKind
from tongshang.modules.search.store import documents as documents_
from tongshang.modules.search.store import terms as terms_
from tongshang.modules.surfaces import api as surfaces
from tongshang.runtime.call import NOBODY, Call, House
from tongshang.runtime.db import transaction

LISTENER: Final = "search.hear"
STEP: Final = 1_000
_LAST_ID: Final = 2**63 - 1

Tell: TypeAlias = Callable[[int], object]  # how many documents there are so far


async def rebuild(house: House, tell: Tell) -> int:
    """Build the index anew; how many documents it has."""
    seen = int(house.clock.now().timestamp() * 1000)
    done = 0
    async for keys in _all_keys(house):
        await _step(house, keys, seen)
        done += len(keys)
        tell(done)
    while keys := await _unseen(house, seen):
        await _step(house, keys, seen)
    async with transaction(house.pool) as tx:
        await terms_.sweep(tx)
    return done


async def _step(house: House, keys: Sequence[DocumentKey], seen: int) -> None:
    async with transaction(house.pool) as tx:
        await documents_.hold_listener(tx, LISTENER)
        await refresh(Call(tx, house.clock.now(), NOBODY, house), keys, seen)


async def _unseen(house: House, seen: int) -> list[DocumentKey]:
    async with house.pool.acquire() as tx:
        return await documents_.list_unseen(tx, seen, STEP)


async def _all_keys(house: House) -> AsyncIterator[list[DocumentKey]]:
    """All that there is to find, some at a time."""
    yield [(PLATFORM, DocumentKind.GIFT_GROUP, one.number) for one in words.occasions()]
    async for keys in _shop_keys(house):
        yield keys
    async for keys in _content_keys(house):
        yield keys
    async for keys in _product_keys(house):
        yield keys


async def _product_keys(house: House) -> AsyncIterator[list[DocumentKey]]:
    before = _LAST_ID
    while True:
        async with house.pool.acquire() as tx:
            cards = await catalog.list_newest(tx, before, STEP)
        if not cards:
            return
        yield [(one.shop_id, DocumentKind.PRODUCT, one.product_id) for one in cards]
        before = cards[-1].product_id


async def _shop_keys(house: House) -> AsyncIterator[list[DocumentKey]]:
    after = 0
    while True:
        async with house.pool.acquire() as tx:
            shops = await identity.list_parties(tx, PartyKind.SHOP, after, STEP)
        if not shops:
            return
        yield [(one.party_id, DocumentKind.SHOP, one.party_id) for one in shops]
        after = shops[-1].party_id


async def _content_keys(house: House) -> AsyncIterator[list[DocumentKey]]:
    before: tuple[datetime, int] | None = None
    while True:
        async with house.pool.acquire() as tx:
            contents = await surfaces.list_contents(tx, before, STEP)
        if not contents:
            return
        yield [(one.author_id, DocumentKind.CONTENT, one.content_id) for one in contents]
        last = contents[-1]
        assert last.published_at is not None
        before = last.published_at, last.content_id
