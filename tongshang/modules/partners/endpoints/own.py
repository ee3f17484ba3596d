"""What a person who shares may share, links in his name, and what he earned."""

from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.money import Fen, Ppm, share
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.identity import api as identity
from tongshang.modules.league import api as league
from tongshang.modules.league.api import Bond, PoolFilter, PoolItem, Sharer, Sharing
from tongshang.modules.links import api as links
from tongshang.modules.partners.actions import pool
from tongshang.modules.partners.domain.pool import Wish
from tongshang.modules.partners.refusals import NotASharer, NotInPool
from tongshang.modules.partners.wire import own as wire
from tongshang.modules.settlement import api as settlement
from tongshang.modules.surfaces import api as surfaces
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, Nothing
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("partners")

_NEWEST: Final = 2**62
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LAST: Final = (datetime(9999, 1, 1, tzinfo=UTC), 0, 0)
_MICROS_MAX: Final = 250_000_000_000_000_000  # the year 9892
_LINE_MAX: Final = 2**15 - 1


async def _bound(call: Call) -> tuple[Sharer, Bond]:
    known = await league.sharer_of_buyer(call.tx, call.buyer_id)
    if known is None or known[1] is None:
        raise NotASharer
    return known[0], known[1]


def _earns(item: PoolItem, sharing: Sharing | None, price_fen: int) -> int:
    """What one piece brings who shares it: his part of what comes to his agency."""
    if sharing is None:
        return 0
    part = int(share(Fen(item.arrives_ppm), Ppm(sharing.ratio_ppm)))
    return int(share(Fen(price_fen), Ppm(part)))


@ENDPOINTS(
    "GET",
    "/v1/sharer/product/list",
    needs=Scope.BUYER,
    refuses=(NotASharer, CursorMismatch),
    reads=True,
)
async def list_goods(call: Call, req: wire.GoodsQuery) -> wire.GoodsPage:
    """What the caller may share, the newest first, and what one piece of each brings him."""
    sharer, bond = await _bound(call)
    question = ("partners.own", bond.agency_id, req.keyword)
    before = page.after_number(question, req.next_key, _NEWEST)
    wish = Wish(req.keyword)
    found, after = await pool.browse(call, bond.agency_id, PoolFilter(before), wish, req.limit)
    ids = [one.item.product_id for one in found]
    terms = await league.sharings(call.tx, sharer.party_id, ids)
    shops = await identity.find_parties(call.tx, sorted({one.item.shop_id for one in found}))
    views = [
        wire.GoodsView(
            str(one.item.shop_id),
            shops[one.item.shop_id].name,
            str(one.item.product_id),
            one.card.title,
            one.card.picture_url,
            one.card.price_fen,
            _earns(one.item, terms.get(one.item.product_id), one.card.price_fen),
            one.item.sold,
        )
        for one in found
    ]
    return wire.GoodsPage(views, page.cursor(question, (after,)) if after else "")


@ENDPOINTS("POST", "/v1/sharer/link/make", needs=Scope.BUYER, refuses=(NotASharer, NotInPool))
async def make_link(call: Call, req: wire.LinkRequest) -> wire.LinkMade:
    """A product in all forms in which it travels, in the caller's name and on his terms of now."""
    sharer, bond = await _bound(call)
    found = await pool.find_item(call, bond.agency_id, number(req.product_id))
    terms = await league.sharing_of(call.tx, sharer.party_id, found.item.product_id)
    card = await pool.card_of(call, bond.agency_id, found.item, sharer)
    return wire.LinkMade(
        await links.forms_of(call, card),
        surfaces.card_token(call.house, card),
        _earns(found.item, terms, found.card.price_fen),
    )


@ENDPOINTS("GET", "/v1/sharer/money/summary", needs=Scope.BUYER, refuses=(NotASharer,), reads=True)
async def sum_earned(call: Call, req: Nothing) -> wire.EarnedSummary:
    """What the caller has earned by sharing, whoever he shares for now."""
    known = await league.sharer_of_buyer(call.tx, call.buyer_id)
    if known is None:
        raise NotASharer
    has = await settlement.balance_of(call, known[0].party_id)
    return wire.EarnedSummary(has.available_fen, has.pending_fen, has.debt_fen)


def _place(last: page.Key) -> tuple[datetime, int, int]:
    numbers = [one for one in last if isinstance(one, int) and 0 <= one <= _NEWEST]
    if len(last) != 3 or len(numbers) != 3 or numbers[0] > _MICROS_MAX or numbers[2] > _LINE_MAX:
        raise CursorMismatch
    return _EPOCH + numbers[0] * _MICROSECOND, numbers[1], numbers[2]


@ENDPOINTS(
    "GET",
    "/v1/sharer/order/list",
    needs=Scope.BUYER,
    refuses=(NotASharer, CursorMismatch),
    reads=True,
)
async def list_earned(call: Call, req: wire.EarnedQuery) -> wire.EarnedPage:
    """Lines that were bought by the caller's links, the latest paid first."""
    known = await league.sharer_of_buyer(call.tx, call.buyer_id)
    if known is None:
        raise NotASharer
    party_id = known[0].party_id
    question = ("partners.earned", party_id, req.status)
    last = page.after(question, req.next_key)
    before = _LAST
    if last is not None:
        before = _place(last)
    found = await settlement.commissions_of(call, party_id, before, req.limit + 1, req.status)
    shown = found[: req.limit]
    shops = await identity.find_parties(call.tx, sorted({one.shop_id for one, _ in shown}))
    views = [wire.EarnedLine.of(one, shops.get(one.shop_id), at) for one, at in shown]
    key = ""
    if len(found) > req.limit:
        end, _ = shown[-1]
        place = (end.paid_at - _EPOCH) // _MICROSECOND, end.order_id, end.line
        key = page.cursor(question, place)
    return wire.EarnedPage(views, key)
