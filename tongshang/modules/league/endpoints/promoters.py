"""Where promoters choose what to carry."""

from typing import Final

from tongshang.kernel import page
from tongshang.kernel.refusal import InvalidField
from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.league.actions.goods import is_offered
from tongshang.modules.league.domain.square import month_began
from tongshang.modules.league.store import deals, named
from tongshang.modules.league.store import square as store
from tongshang.modules.league.wire import promoters as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

ENDPOINTS = Endpoints("league")

_NEWEST: Final = 2**62


@ENDPOINTS(
    "GET", "/v1/promoter/plan/list", needs=Scope.PROMOTER, refuses=(InvalidField,), reads=True
)
async def list_square(call: Call, req: wire.SquareQuery) -> wire.SquarePage:
    """Products on sale whose shops pay promoters, newest first: what one may carry, and for how much.

    By a part of the title, category, shop, price and ratio. `own_ppm` is what this
    promoter gets by name, or by the agency that stands behind the product in his window. A page may hold fewer than `limit`, where products went off sale just now;
    `next_key` says if more follow.
    """
    if "\0" in req.keyword:
        raise InvalidField(field="keyword", rule="is text")
    which = req.filter(month_began(call.at))
    question = ("league.square", which)
    before = page.after_number(question, req.next_key, _NEWEST)
    found = await store.list_normal(call.tx, before, call.at, which, req.limit + 1)
    shown = found[: req.limit]
    keys = [(one.plan.shop_id, one.plan.product_id) for one in shown]
    cards = await catalog.cards(call.tx, keys)
    shops = await identity.find_parties(call.tx, sorted({shop_id for shop_id, _ in keys}))
    own = await _own(call, keys)
    offers = [
        wire.OfferView.of(one, cards[one.plan.product_id], shops, own, call.at)
        for one in shown
        if is_offered(cards.get(one.plan.product_id))
    ]
    more = len(found) > req.limit
    return wire.SquarePage(offers, page.cursor(question, (keys[-1][1],)) if more else "")


@ENDPOINTS("GET", "/v1/promoter/plan/named", needs=Scope.PROMOTER, reads=True)
async def list_named(call: Call, req: wire.Paged) -> wire.NamedPage:
    """What shops offer this promoter by name: targeted plans (2) and exclusive ones (3)."""
    promoter_id = call.caller.party_id
    question = ("league.named", promoter_id)
    before = page.after_number(question, req.next_key, _NEWEST)
    found = await named.list_of_promoter(call.tx, promoter_id, before, call.at, req.limit + 1)
    shown = found[: req.limit]
    cards = await catalog.cards(call.tx, [(one.shop_id, one.product_id) for one in shown])
    shops = await identity.find_parties(call.tx, sorted({one.shop_id for one in shown}))
    views = [wire.NamedView.of(one, cards.get(one.product_id), shops, call.at) for one in shown]
    more = len(found) > req.limit
    return wire.NamedPage(views, page.cursor(question, (shown[-1].plan_id,)) if more else "")


async def _own(call: Call, keys: list[tuple[int, int]]) -> dict[int, int]:
    """What shops pay the caller by name, by product, in parts per million."""
    promoter_id = call.caller.party_id
    wanted = [(*key, promoter_id) for key in keys]
    _, by_key = await named.terms(call.tx, wanted, call.at)
    if not by_key:
        return {}
    struck = await deals.find_deals(call.tx, [(key[0], deal) for key, deal in by_key.items()])
    return {
        key[1]: sum(
            hop.ratio_ppm for hop in struck[key[0], deal].hops if hop.party_id == promoter_id
        )
        for key, deal in by_key.items()
    }
