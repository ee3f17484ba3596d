"""People and messages as one of them sees them, for a whole page at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Buyer
from tongshang.modules.social import domain, wire
from tongshang.modules.social.actions import cards
from tongshang.modules.social.domain import BodyKind, Message
from tongshang.modules.social.store import people as store
from tongshang.modules.surfaces.api import CardView, ShopCardView
from tongshang.runtime import crypto
from tongshang.runtime.call import Call, House

_PERSON = "person"


def person_token(house: House, buyer_id: int) -> str:
    """What leads to a person's page, and cannot be guessed from an id."""
    return crypto.sign(house.secret, _PERSON, domain.pack_person(buyer_id))


def read_person(house: House, token: str) -> int:
    """Whose token it is; 0 where it is not ours."""
    return domain.unpack_person(crypto.unsign(house.secret, _PERSON, token))


@dataclass(frozen=True, slots=True)
class People:
    """People under the names by which the caller knows them."""

    house: House
    buyers: Mapping[int, Buyer]
    remarks: Mapping[int, str]

    def view(self, buyer_id: int) -> wire.PersonView:
        """One of them; who no longer exists has no name."""
        buyer = self.buyers.get(buyer_id)
        nickname = buyer.nickname if buyer else ""
        return wire.PersonView(
            str(buyer_id),
            self.remarks.get(buyer_id) or nickname,
            nickname,
            buyer.avatar_url if buyer else "",
            person_token(self.house, buyer_id),
        )

    def views(self, buyer_ids: Iterable[int]) -> list[wire.PersonView]:
        """Several of them, in the order asked."""
        return [self.view(buyer_id) for buyer_id in buyer_ids]


async def people(call: Call, buyer_ids: Iterable[int]) -> People:
    """People as the caller knows them, in two statements."""
    ids = sorted({buyer_id for buyer_id in buyer_ids if buyer_id})
    buyers = await identity.find_buyers(call.tx, ids)
    return People(call.house, buyers, await store.remarks(call.tx, call.buyer_id, ids))


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the messages of a page show, looked up together."""

    people: People
    products: Mapping[tuple[int, int], CardView]
    shops: Mapping[tuple[int, int], ShopCardView]
    contents: Mapping[int, wire.ContentCard]


async def message_views(
    call: Call, messages: Sequence[Message], known: People | None = None
) -> list[wire.MessageView]:
    """Messages with all that they show, in a number of statements that does not grow with them."""
    live = [message for message in messages if not message.is_recalled]
    bodies = [message.body for message in live]
    products = [m for m in live if m.body.kind is BodyKind.PRODUCT]
    shops = [m for m in live if m.body.kind is BodyKind.SHOP]
    views = await cards.product_cards(call, [m.body for m in products])
    shop_views = await cards.shop_cards(call, [m.body for m in shops])
    shown = _Shown(
        known or await people(call, _named(messages)),
        {(m.chat_id, m.seq): view for m, view in zip(products, views, strict=True)},
        {(m.chat_id, m.seq): view for m, view in zip(shops, shop_views, strict=True)},
        await cards.content_cards(call, bodies),
    )
    return [_view(call, message, shown) for message in messages]


def last_view(call: Call, message: Message, known: People) -> wire.MessageView:
    """A message as a line in a list: words and names, no cards."""
    return _view(call, message, _Shown(known, {}, {}, {}))


def named(messages: Iterable[Message]) -> set[int]:
    """All whom messages name."""
    return set(_named(messages))


def _named(messages: Iterable[Message]) -> Iterable[int]:
    for message in messages:
        yield message.from_buyer_id
        yield from message.body.who


def _view(call: Call, message: Message, shown: _Shown) -> wire.MessageView:
    body, mine = message.body, message.from_buyer_id == call.buyer_id
    view = wire.MessageView(
        str(message.chat_id),
        message.seq,
        wire.kind_name(body.kind),
        shown.people.view(message.from_buyer_id),
        mine,
        message.sent_at,
        message.is_recalled,
    )
    if message.is_recalled:
        return view
    is_fresh = call.at - message.sent_at <= domain.RECALL_WITHIN
    view.can_recall = mine and is_fresh and body.counts
    view.text, view.notice = body.text, body.notice
    view.who = shown.people.views(body.who)
    match body.kind:
        case BodyKind.PICTURE:
            view.picture_url, view.width, view.height = body.url, body.width, body.height
        case BodyKind.PRODUCT:
            view.card = shown.products.get((message.chat_id, message.seq))
        case BodyKind.SHOP:
            view.shop = shown.shops.get((message.chat_id, message.seq))
        case BodyKind.LIVE | BodyKind.CONTENT:
            view.content = _linked_content(shown.contents.get(body.content_id), message)
        case BodyKind.GIFT:
            view.present_id, view.url = str(body.present_id), body.url
        case BodyKind.PACKET:
            view.packet_id, view.can_recall = str(body.packet_id), False
    return view


def _linked_content(content: wire.ContentCard | None, message: Message) -> wire.ContentCard:
    body = message.body
    if content is None:
        kind = wire.kind_name(body.kind)
        return wire.ContentCard(str(body.content_id), kind, body.text, "", "", False, "")
    return wire.ContentCard(
        content.content_id, content.kind, content.title, content.cover_url, content.author,
        content.is_available, body.url,
    )  # fmt: skip
