"""Whose contents an agency's sharers share, what they would bring, and links to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tongshang.kernel.money import Fen, Ppm, share
from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import ProductCard
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party
from tongshang.modules.league import api as league
from tongshang.modules.league.api import Hand, PoolFilter
from tongshang.modules.links import api as links
from tongshang.modules.links.api import ContentRef, LiveRef, Ref
from tongshang.modules.live import api as live
from tongshang.modules.live.api import Room, RoomState
from tongshang.modules.partners.actions.pool import find_shop
from tongshang.modules.partners.domain.pool import is_offered
from tongshang.modules.partners.refusals import NoContent, NoShop, NoTalent
from tongshang.modules.partners.wire.words import number_of
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import Content, ContentKind
from tongshang.runtime.call import Call

CHANNELS: Final = 1
OFFICIAL: Final = 4


@dataclass(frozen=True, slots=True)
class Account:
    """A promoter, or a shop, whose contents are shared; `passes_ppm` is what a promoter gives."""

    party: Party
    is_shop: bool
    passes_ppm: int = 0


@dataclass(frozen=True, slots=True)
class Goods:
    """A product in a content, and what part of its price would come to the agency."""

    card: ProductCard
    ratio_ppm: int

    @property
    def brings_fen(self) -> int:
        """What one piece would bring the agency."""
        return int(share(Fen(self.card.price_fen), Ppm(self.ratio_ppm)))


async def find_talent(call: Call, appid: str) -> Account:
    """A promoter who lets the agency share his contents."""
    party = (await identity.find_by_appids(call.tx, [appid])).get(appid)
    found = []
    if party:
        agency_id = call.caller.party_id
        found = await league.list_bound_talents(call.tx, agency_id, 0, 1, party.party_id)
    if party is None or not found:
        raise NoTalent
    return Account(party, False, found[0].passes_ppm)


async def find_account(call: Call, appid: str, promoter_id: str, kind: int, wanted: int) -> Account:
    """The account as which a bound shop publishes what is asked for."""
    shop = await find_shop(call, appid)
    bound = await league.list_bound_shops(call.tx, call.caller.party_id, 0, 1, shop.party_id)
    if not bound or number_of(promoter_id) != shop.party_id or kind != wanted:
        raise NoShop
    return Account(shop, True)


async def carrier_of(call: Call, sharer_appid: str) -> int:
    """Who is credited: a sharer of the agency, or the agency itself where none is named."""
    if not sharer_appid:
        return call.caller.party_id
    sharer, _ = await league.bound_sharer(call, sharer_appid)
    return sharer.party_id


async def goods_of(
    call: Call, account: Account, keys: Sequence[tuple[int, int]]
) -> dict[int, Goods]:
    """Those of the products that are on sale and bring the agency something, by product."""
    cards = await catalog.cards(call.tx, sorted(set(keys)))
    on_sale = {i: card for i, card in cards.items() if is_offered(card)}
    ratios = await (_of_shop if account.is_shop else _of_talent)(call, account, on_sale)
    return {i: Goods(on_sale[i], ratio) for i, ratio in ratios.items() if ratio}


async def _of_shop(call: Call, account: Account, cards: dict[int, ProductCard]) -> dict[int, int]:
    which = PoolFilter(product_ids=tuple(cards), shop_id=account.party.party_id, limit=len(cards))
    items = await league.list_pool(call.tx, call.caller.party_id, which, call.at)
    return {item.product_id: item.arrives_ppm for item in items}


async def _of_talent(call: Call, account: Account, cards: dict[int, ProductCard]) -> dict[int, int]:
    talent_id = account.party.party_id
    keys = [(card.shop_id, i, talent_id) for i, card in cards.items()]
    rates, named = await league.terms(call.tx, keys, call.at)
    deals = await league.deals_of(call.tx, [(key[0], deal) for key, deal in named.items()])
    ratios = {int(i): int(rate) for i, rate in rates.items()}
    for deal in deals.values():
        own = [hop.ratio_ppm for hop in deal.hops if hop.hand is Hand.PROMOTER]
        ratios[deal.product_id] = sum(own)
    passes = Ppm(account.passes_ppm)
    return {i: int(share(Fen(ratio), passes)) for i, ratio in ratios.items()}


async def list_contents(
    call: Call, account: Account, kind: ContentKind, before: int, limit: int
) -> list[tuple[Content, list[Goods]]]:
    """What an account published of a kind, the latest first, with goods that bring something."""
    party_id = account.party.party_id
    found = await surfaces.list_of_kind(call.tx, party_id, kind, before, limit)
    placed = await surfaces.list_content_cards(call.tx, [one.content_id for one in found])
    keys = [card.key for cards in placed.values() for card in cards]
    goods = await goods_of(call, account, keys) if keys else {}
    return [
        (
            one,
            [goods[card.product_id] for card in placed[one.content_id] if card.product_id in goods],
        )
        for one in found
    ]


async def find_contents(
    call: Call, account: Account, kind: ContentKind, texts: Sequence[str]
) -> list[Content]:
    """The named contents of an account, in the order asked; refuses them all where one is not."""
    ids = [number_of(text) for text in texts]
    found = await surfaces.get_contents(call.tx, ids)
    mine = {
        i: one
        for i, one in found.items()
        if one.author_id == account.party.party_id and one.kind is kind
    }
    if not all(i in mine for i in ids):
        raise NoContent
    return [mine[i] for i in ids]


async def list_rooms(
    call: Call, account: Account, state: RoomState, limit: int = 100
) -> list[tuple[Room, Content]]:
    """An account's rooms in a state, with what is said of them."""
    rooms = await live.rooms_of_host(call.tx, account.party.party_id, state, limit)
    contents = await surfaces.get_contents(call.tx, [room.content_id for room in rooms])
    return [(room, contents[room.content_id]) for room in rooms if room.content_id in contents]


async def find_room(call: Call, account: Account, state: RoomState, text: str) -> Room:
    """A room of an account, if it is in this state and can be seen."""
    wanted = number_of(text)
    for room, _ in await list_rooms(call, account, state):
        if room.content_id == wanted:
            return room
    raise NoContent


def link_to(content: Content, carrier_id: int) -> Ref:
    """A content as somebody shows it."""
    is_live = content.kind is ContentKind.LIVE_ROOM
    ref = LiveRef if is_live else ContentRef
    return ref(content.content_id, carrier_id)


async def share_links(call: Call, refs: Sequence[Ref]) -> list[str]:
    """Short links by which whoever opens them is credited to their carrier."""
    return await links.short_links(call, refs) if refs else []
