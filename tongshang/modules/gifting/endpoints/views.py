"""Gifts as each side sees them, put together from dossiers."""

from collections.abc import Sequence

from tongshang.kernel.refusal import Refusal
from tongshang.modules.gifting.actions import nudging, reading
from tongshang.modules.gifting.actions.reading import Dossier, PresentKey
from tongshang.modules.gifting.domain.claiming import own_portion
from tongshang.modules.gifting.domain.looking import look_of
from tongshang.modules.gifting.domain.present import Portion, Present
from tongshang.modules.gifting.domain.rules import Rules
from tongshang.modules.gifting.machine import (
    PRESENT,
    PortionState,
    PresentKind,
    PresentMove,
    PresentState,
)
from tongshang.modules.gifting.refusals import NotDrawn
from tongshang.modules.gifting.store import people, portions, presents
from tongshang.modules.gifting.wire import views as wire
from tongshang.modules.gifting.wire.views import Known
from tongshang.modules.identity import api as identity
from tongshang.runtime.call import Call

_GIVERS_MOVES = {
    PresentMove.ASK_PAYMENT: "pay",
    PresentMove.CANCEL: "cancel",
    PresentMove.RECALL: "cancel",
}


def _known(found: Dossier) -> Known:
    return Known(found.buyers, found.orders, found.shop.name if found.shop else "")


def giver_view(call: Call, found: Dossier, rules: Rules) -> wire.GiverView:
    """A gift for who gave it."""
    present, known = found.present, _known(found)
    back = {PortionState.DECLINED, PortionState.EXPIRED, PortionState.RECALLED}
    gone = sum(one.state in back or one.state is PortionState.REFUNDED for one in found.portions)
    moves = {name for move, name in _GIVERS_MOVES.items() if PRESENT.allows(present.state, move)}
    if present.state is PresentState.PAYING:
        moves.add("pay")
    if nudging.may_remind(present, found.portions, rules, call.at):
        moves.add("remind")
    if present.state is PresentState.OPEN and present.extended_at is None:
        moves.add("extend")
    if present.state is PresentState.OPEN and present.kind is PresentKind.DRAW:
        moves |= set() if present.is_drawn else {"draw"}
    return wire.GiverView(
        present_id=str(present.present_id),
        token=reading.token_of(call, present),
        shop_id=str(present.shop_id),
        shop_name=known.shop_name,
        kind=present.kind.value,
        state=present.state.value,
        product_id=str(present.product_id),
        sku_id=str(present.sku_id),
        title=present.title,
        thumb_url=present.thumb_url,
        message=present.message,
        hides_price=present.hides_price,
        is_on_wall=present.is_on_wall,
        each_fen=present.each_fen,
        amount_fen=present.amount_fen,
        refunded_fen=gone * present.each_fen,
        portions=[wire.giver_portion(one, known, found.passes) for one in found.portions],
        to=known.person(present.to_buyer_id),
        chat_id=str(present.chat_id) if present.chat_id else "",
        made_at=present.made_at,
        pay_by=present.pay_by,
        send_at=present.send_at,
        paid_at=present.paid_at,
        sent_at=present.sent_at,
        expires_at=present.expires_at,
        ended_at=present.ended_at,
        is_extended=present.extended_at is not None,
        nudged_at=present.nudged_at,
        generation=present.generation,
        draw=wire.draw_view(present, found.participants, found.portions, known, present.giver_id),
        open_moves=sorted(moves),
    )


def receiver_view(
    call: Call, found: Dossier, buyer_id: int, rules: Rules, charity: str
) -> wire.ReceiverView:
    """A gift for whoever opens its link."""
    present, known = found.present, _known(found)
    mine = own_portion(found.portions, buyer_id)
    verdict = found.verdict
    may_have = isinstance(verdict, Portion) and verdict.is_undecided
    may_join = (
        isinstance(verdict, NotDrawn)
        and present.state is PresentState.OPEN
        and all(one.buyer_id != buyer_id for one in found.participants)
    )
    view = wire.ReceiverView(
        present_id=str(present.present_id),
        token=reading.token_of(call, present),
        shop_id=str(present.shop_id),
        shop_name=known.shop_name,
        kind=present.kind.value,
        state=present.state.value,
        giver=known.person(present.giver_id),
        product_id=str(present.product_id),
        sku_id=str(present.sku_id),
        title=present.title,
        thumb_url=present.thumb_url,
        message=present.message,
        options=[wire.SkuOption.of(offer, left) for offer, left in found.options],
        portions_left=sum(one.state is PortionState.OPEN for one in found.portions),
        portions_in_all=present.portions,
        expires_at=present.expires_at,
        draw=wire.draw_view(present, found.participants, found.portions, known, buyer_id),
        yours=wire.own_portion(mine, found.orders.get(mine.order_id)) if mine else None,
        may_claim=may_have,
        may_join=may_join,
        may_pass_on=bool(rules.may_pass_on) and _is_his(verdict, buyer_id),
        charity="" if present.is_free or not _may_give_away(found, buyer_id) else charity,
        why_not=type(verdict).__name__ if isinstance(verdict, Refusal) else "",
    )
    if not present.hides_price:
        view.each_fen = present.each_fen
    return view


def _is_his(verdict: Portion | Refusal | None, buyer_id: int) -> bool:
    """Whether a portion is somebody's to take, or his already and not ordered."""
    if not isinstance(verdict, Portion) or not verdict.is_undecided:
        return False
    return buyer_id in {verdict.receiver_id, verdict.named_id}


def _may_give_away(found: Dossier, buyer_id: int) -> bool:
    """As one may decline: one's own, or what is for one alone."""
    verdict = found.verdict
    if not isinstance(verdict, Portion) or not verdict.is_undecided:
        return False
    return found.present.kind is PresentKind.ONE or _is_his(verdict, buyer_id)


async def sent_gifts(call: Call, keys: Sequence[PresentKey]) -> list[wire.SentGift]:
    """Gifts for their giver's list, in the order of `keys`."""
    found = await presents.find_presents(call.tx, keys)
    parts = await portions.list_portions(call.tx, keys)
    who = {one.to_buyer_id for one in found.values()} - {0}
    known = Known(await identity.find_buyers(call.tx, sorted(who)) if who else {})
    return [
        wire.SentGift(
            str(one.present_id),
            reading.token_of(call, one),
            str(one.shop_id),
            one.kind.value,
            one.state.value,
            one.title,
            one.thumb_url,
            one.message,
            one.amount_fen,
            one.portions,
            sum(part.state is PortionState.ORDERED for part in parts[key]),
            sum(part.is_undecided for part in parts[key]),
            known.person(one.to_buyer_id),
            one.made_at,
            one.expires_at,
            one.send_at,
        )
        for key, one in ((key, found[key]) for key in keys)
    ]


async def received_gifts(
    call: Call, buyer_id: int, keys: Sequence[PresentKey]
) -> list[wire.ReceivedGift]:
    """Gifts for their receiver's list, in the order of `keys`."""
    found = await presents.find_presents(call.tx, keys)
    parts = await portions.list_portions(call.tx, keys)
    passes = await portions.list_passes(call.tx, keys)
    to = {key: one.to_id for key, same in passes.items() for one in same if one.from_id == buyer_id}
    who = {one.giver_id for one in found.values()} | set(to.values())
    known = Known(await identity.find_buyers(call.tx, sorted(who - {0})) if who else {})
    return [
        _received(call, known, found[key], own_portion(parts[key], buyer_id), to.get(key, 0))
        for key in keys
    ]


def _received(
    call: Call, known: Known, present: Present, mine: Portion | None, to_id: int
) -> wire.ReceivedGift:
    is_ordered = mine is not None and mine.state is PortionState.ORDERED
    return wire.ReceivedGift(
        str(present.present_id),
        reading.token_of(call, present),
        str(present.shop_id),
        present.kind.value,
        present.state.value,
        present.title,
        present.thumb_url,
        present.message,
        known.person(present.giver_id),
        mine.state.value if mine else "",
        str(mine.order_id) if mine and is_ordered else "",
        present.expires_at,
        bool(mine and mine.thanked_at),
        present.is_drawn,
        known.person(to_id if mine is None else 0),
    )


async def news_page(
    call: Call, buyer_id: int, before: int, size: int
) -> tuple[list[wire.NewsView], int]:
    """News of somebody's gifts, and the last one's number where there is more."""
    kept = await people.list_news(call.tx, buyer_id, before, size + 1)
    page = kept[:size]
    who = {one.news.other_id for one in page} - {0}
    buyers = await identity.find_buyers(call.tx, sorted(who)) if who else {}
    shown = [wire.NewsView.of(one, buyers.get(one.news.other_id)) for one in page]
    return shown, page[-1].news_id if len(kept) > size else 0


async def gift_cards(
    call: Call, present_ids: Sequence[int], linked: Sequence[PresentKey], buyer_id: int
) -> wire.GiftCards:
    """Gifts for a chat, in the order asked; those that are not for its reader are left out.

    Of those that are `linked` the reader holds the link.
    """
    shown, parts = await reading.readable(call, present_ids, linked, buyer_id)
    present_ids = [*present_ids, *(present_id for _, present_id in linked)]
    by_id = {key[1]: key for key in shown}
    who = {one.giver_id for one in shown.values()} - {0}
    known = Known(await identity.find_buyers(call.tx, sorted(who)) if who else {})
    cards = []
    for key in (by_id[one] for one in dict.fromkeys(present_ids) if one in by_id):
        present, mine = shown[key], own_portion(parts[key], buyer_id)
        cards.append(
            wire.GiftCard(
                str(present.present_id),
                reading.token_of(call, present),
                present.kind.value,
                present.state.value,
                present.title,
                present.thumb_url,
                present.message,
                known.person(present.giver_id),
                sum(one.state is PortionState.OPEN for one in parts[key]),
                present.portions,
                mine.state.value if mine else "",
                look_of(present, parts[key], buyer_id, call.at),
            )
        )
    return wire.GiftCards(cards)
