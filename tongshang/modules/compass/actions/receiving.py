"""What clients send, read as events: whose they are, what they are about, whether they count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog import api as catalog
from tongshang.modules.compass.actions.consenting import consents_of
from tongshang.modules.compass.actions.taking import ensure_days, write
from tongshang.modules.compass.domain import events, filters
from tongshang.modules.compass.domain.events import EventDraft, Mark, Rejected
from tongshang.modules.compass.domain.filters import Agents, Floods
from tongshang.modules.compass.refusals import TooManyEvents
from tongshang.modules.compass.store import log
from tongshang.modules.compass.wire import BatchTaken, EventBatch, SentEvent
from tongshang.modules.identity import api as identity
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import Surface
from tongshang.runtime.call import Call, Caller, House
from tongshang.runtime.recall import Recall
from tongshang.runtime.rpc import Asked

_AGENTS: Final = "compass.agents"
_FLOODS: Final = "compass.floods"
_PLACES: Final = "compass.places"
_CARDS: Final = "compass.cards"
_CARDS_MAX: Final = 50_000
_PLACES_KEPT_SECONDS: Final = 60.0
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event happened: a card, or a content, product or shop itself."""

    surface: int
    content_id: int = 0
    position: int = 0
    shop_id: int = 0
    product_id: int = 0
    carrier_id: int = 0
    share_id: int = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a batch, as far as it may be known."""

    visit_id: int
    buyer_id: int
    consent: bool
    address: str
    is_bot: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A batch read: its events with their marks, and what is lost of it."""

    drafts: list[EventDraft]
    marks: list[Mark]
    rejected: Rejected


async def receive(call: Call, asked: Sequence[Asked[EventBatch]]) -> list[BatchTaken | Refusal]:
    """Write batches together; each is answered once it is written, and again as it was."""
    today = events.day_of(call.at)
    await ensure_days(call, sorted({today, events.day_of(call.at - events.AGO_MAX)}))
    places = await _find_places(call, (event for one in asked for event in one.request.events))
    said = await consents_of(call, (_buyer_of(one.caller) for one in asked if one.request.consent))
    given: list[BatchTaken | Refusal | None] = []
    fresh: dict[str, Received] = {}
    for one in asked:
        received = _read(call, one, places, said)
        given.append(TooManyEvents(limit=filters.VISIT_TAKEN_MAX) if received is None else None)
        if received is not None:
            fresh.setdefault(one.request.batch, received)
    answers = {batch: (len(one.drafts), one.rejected.all) for batch, one in fresh.items()}
    new = await log.add_batches(call.tx, answers, call.at)
    if known := [batch for batch in fresh if batch not in new]:
        answers |= await log.find_batches(call.tx, known)
    await _write(call, [one for batch, one in fresh.items() if batch in new])
    return [
        refusal or BatchTaken(*answers[one.request.batch])
        for refusal, one in zip(given, asked, strict=True)
    ]


async def _write(call: Call, received: Sequence[Received]) -> None:
    if not received:
        return
    lost = [one.rejected for one in received]
    await write(
        call,
        [draft for one in received for draft in one.drafts],
        [mark for one in received for mark in one.marks],
        Rejected(
            sum(one.forged for one in lost),
            sum(one.unknown for one in lost),
            sum(one.flooding for one in lost),
        ),
    )


def _read(
    call: Call, asked: Asked[EventBatch], places: dict[str, Place], said: Mapping[int, str]
) -> Received | None:
    """The events of a batch; None where its sender sends too many."""
    batch = asked.request
    sender = _sender(call, asked.caller, batch, said)
    counted, taken = _floods(call.house).count(
        call.at, sender.visit_id, sender.address, len(batch.events)
    )
    if not taken:
        return None
    drafts: list[EventDraft] = []
    forged = unknown = 0
    for event in batch.events[:taken]:
        place = _card(call.house, event.card) if event.card else places.get(_subject(event))
        if place is not None:
            drafts.append(_draft(call, sender, event, place))
        elif event.card:
            forged += 1
        else:
            unknown += 1
    mark = _mark(sender, batch)
    marks = [mark if n < counted else Mark.FLOOD for n in range(len(drafts))]
    return Received(drafts, marks, Rejected(forged, unknown, len(batch.events) - taken))


def _mark(sender: Sender, batch: EventBatch) -> Mark:
    if sender.is_bot:
        return Mark.BOT
    if filters.is_too_fast([(event.kind, -event.ago_ms) for event in batch.events]):
        return Mark.TOO_FAST
    return Mark.COUNTED


def _draft(call: Call, sender: Sender, event: SentEvent, place: Place) -> EventDraft:
    ago = min(event.ago_ms * _MILLISECOND, events.AGO_MAX) if event.ago_ms else None
    return EventDraft(
        call.at - ago if ago else call.at,
        event.kind,
        place.surface,
        place.content_id,
        place.position,
        place.shop_id,
        place.product_id,
        place.carrier_id,
        place.share_id,
        sender.visit_id,
        sender.buyer_id,
        sender.consent,
        0,
        event.count,
    )


def _buyer_of(caller: Caller) -> int:
    """Who sends it, by token or session; 0: nobody who signed in."""
    if caller.session is None:
        return caller.buyer_id
    return caller.session.owner_id if caller.session.role == "buyer" else 0


def _sender(call: Call, caller: Caller, batch: EventBatch, said: Mapping[int, str]) -> Sender:
    """A buyer is known by his token or session, and kept only with his consent.

    A page can only say no (a browser that asks not to be tracked); yes is said under /me. A
    program that brings the buyer's token asked him itself, and is not believed against his no.
    """
    buyer_id, of_page = _buyer_of(caller), caller.session is not None
    who = f"buyer {buyer_id}" if buyer_id else f"page {batch.page or caller.name}"
    if caller.session is not None:
        who = f"session {caller.session.nonce}"
    word = said.get(buyer_id, "")
    consent = batch.consent and buyer_id > 0 and (word == "yes" if of_page else word != "no")
    return Sender(
        filters.visit_number(call.house.secret, events.day_of(call.at), who),
        buyer_id if consent else 0,
        consent,
        caller.name,
        caller.owner_id == 0 and _agents(call.house).is_bot(caller.agent),
    )


# --- what events are about ---------------------------------------------------------------------


def _card(house: House, token: str) -> Place | None:
    known: dict[str, Place] = house.memory.setdefault(_CARDS, {})
    place = known.get(token)
    if place is None:
        card = surfaces.read_card(house, token)
        if card is None:
            return None
        place = Place(
            card.surface,
            card.content_id,
            card.position,
            card.shop_id,
            card.product_id,
            card.promoter_id,
            card.share_id,
        )
        if len(known) >= _CARDS_MAX:
            known.clear()
        known[token] = place
    return place


def _subject(event: SentEvent) -> str:
    if event.content_id != "0":
        return f"content {int(event.content_id)}"
    if event.product_id != "0":
        return f"product {int(event.product_id)}"
    return f"shop {int(event.shop_id)}"


async def _find_places(call: Call, sent: Iterable[SentEvent]) -> dict[str, Place]:
    """What of the contents, products and shops named is there, remembered for a minute."""
    recall: Recall[Place] = call.house.memory.setdefault(_PLACES, Recall(_PLACES_KEPT_SECONDS))
    named = {_subject(event) for event in sent if not event.card}
    places = {name: place for name in named if (place := recall.get(name)) is not None}
    wanted = {name: tuple(name.split()) for name in named if name not in places}
    ids = {
        what: sorted(int(number) for kind, number in wanted.values() if kind == what)
        for what in ("content", "product", "shop")
    }
    found: dict[str, Place] = {}
    if ids["content"]:
        contents = await surfaces.get_contents(call.tx, ids["content"])
        for content_id, content in contents.items():
            place = Place(content.surface, content_id, carrier_id=content.promoter_id)
            found[f"content {content_id}"] = place
    if ids["product"]:
        for product_id, shop_id in (await catalog.shop_of(call.tx, ids["product"])).items():
            place = Place(Surface.PRODUCT_PAGE, shop_id=shop_id, product_id=product_id)
            found[f"product {product_id}"] = place
    if ids["shop"]:
        for shop_id, party in (await identity.find_parties(call.tx, ids["shop"])).items():
            if party.kind is identity.PartyKind.SHOP:
                found[f"shop {shop_id}"] = Place(Surface.SHOP_HOME, shop_id=shop_id)
    for name, place in found.items():
        recall.keep(name, name, place)
    return places | found


# --- what a process knows ----------------------------------------------------------------------


def _agents(house: House) -> Agents:
    if _AGENTS not in house.memory:
        house.memory[_AGENTS] = log.read_agents()
    agents: Agents = house.memory[_AGENTS]
    return agents


def _floods(house: House) -> Floods:
    floods: Floods = house.memory.setdefault(_FLOODS, Floods())
    return floods
