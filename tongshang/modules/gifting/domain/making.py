"""What may be given, how, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tongshang.modules.catalog.api import Offer
from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.domain.present import (
    SHOP_GIVES,
    Audience,
    GreetingCard,
    Portion,
    Present,
)
from tongshang.modules.gifting.domain.rules import Rules
from tongshang.modules.gifting.machine import PORTION, PRESENT, PresentKind
from tongshang.modules.ordering.api import Gift, GiftDraft, PlacedGifts

PORTIONS_MAX: Final = 500
PRIVATE_CHAT, GROUP_CHAT, MINI_PROGRAM = 0, 1, 6  # present_send_type (reference section 5.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeDraft:
    """A present as somebody wants to give it. `giver_id` 0: the shop gives it itself, free."""

    shop_id: int
    giver_id: int
    sku_id: int
    kind: PresentKind = PresentKind.ONE
    portions: int = 1
    message: str = ""
    send_type: int = PRIVATE_CHAT
    audience: Audience = Audience.ANYBODY
    to_buyer_id: int = 0
    chat_id: int = 0
    named_ids: tuple[int, ...] = ()
    card: str = ""
    expected_fen: int | None = None
    hides_price: bool = False
    is_on_wall: bool = False
    greeting: GreetingCard | None = None
    send_at: datetime | None = None
    draw_at: datetime | None = None
    surface: int = 0
    campaign: str = ""
    parent_id: int = 0
    activity_id: int = 0

    @property
    def is_free(self) -> bool:
        """Whether nobody pays."""
        return self.giver_id == SHOP_GIVES


@dataclass(frozen=True, slots=True)
class Chain:
    """Where in a chain of gifts a present stands."""

    parent_id: int = 0
    root_id: int = 0
    generation: int = 0


def chain_from(parent: Present | None, present_id: int) -> Chain:
    """The next link after `parent`; without one a chain begins."""
    if parent is None:
        return Chain(0, present_id, 0)
    return Chain(parent.present_id, parent.root_id, min(parent.generation + 1, 32_000))


def check_form(draft: MakeDraft, rules: Rules, at: datetime) -> None:
    """Refuse a way of giving that says too little, too much, or what does not fit together."""
    _check_people(draft)
    if draft.kind is PresentKind.ONE and draft.portions != 1:
        raise refusals.FormDoesNotFit(rule="one to one is one portion")
    if not 1 <= draft.portions <= PORTIONS_MAX:
        raise refusals.FormDoesNotFit(rule=f"1 to {PORTIONS_MAX} portions")
    if draft.kind is PresentKind.NAMED and len(draft.named_ids) not in {0, draft.portions}:
        raise refusals.FormDoesNotFit(rule="a receiver for each portion, or none yet")
    if draft.kind is not PresentKind.DRAW and draft.draw_at is not None:
        raise refusals.FormDoesNotFit(rule="only a draw has a time to be drawn")
    if draft.send_at is not None:
        _check_time("send_at", draft.send_at, at, timedelta(days=rules.schedule_days))
    if draft.draw_at is not None:
        _check_time("draw_at", draft.draw_at, draft.send_at or at, rules.accept_for)


def _check_people(draft: MakeDraft) -> None:
    named = (*draft.named_ids, *([draft.to_buyer_id] if draft.to_buyer_id else []))
    if draft.giver_id and draft.giver_id in named:
        raise refusals.ReceiverIsGiver
    if len(set(named)) != len(named):
        raise refusals.SameReceiver
    if draft.to_buyer_id and draft.kind is not PresentKind.ONE:
        raise refusals.FormDoesNotFit(rule="to a friend is one to one")
    if draft.named_ids and draft.kind is not PresentKind.NAMED:
        raise refusals.FormDoesNotFit(rule="receivers are named for designated gifts")
    if draft.to_buyer_id and draft.chat_id:
        raise refusals.FormDoesNotFit(rule="to a friend or to a group, not both")
    if draft.audience is Audience.CHAT and not draft.chat_id:
        raise refusals.FormDoesNotFit(rule="for a group's members it needs the group")


def _check_time(field: str, wanted: datetime, since: datetime, span: timedelta) -> None:
    if not since < wanted <= since + span:
        hours = int(span.total_seconds() // 3600)
        raise refusals.TimeOutOfRange(field=field, rule=f"0 - {hours} h")


def check_goods(offer: Offer, path: Sequence[int], rules: Rules, *, by_shop: bool) -> None:
    """Refuse goods that are not given: too dear, or of an excluded branch (reference 5.1, 5.3)."""
    if rules.excluded & set(path):
        raise refusals.NotGivable(title=offer.title)
    if by_shop and offer.price_fen > rules.merchant_price_max_fen:
        raise refusals.MerchantPriceTooHigh(limit=rules.merchant_price_max_fen)
    if not by_shop and offer.price_fen > rules.price_max_fen:
        raise refusals.GiftTooDear(limit_fen=rules.price_max_fen)


def order_draft(draft: MakeDraft, present_id: int, rules: Rules, at: datetime) -> GiftDraft:
    """The orders of a present, as ordering places them."""
    card = draft.greeting
    gift = Gift(
        present_id,
        draft.giver_id,
        draft.send_type,
        draft.message,
        draft.is_free,
        draft.hides_price,
        card.giver_name if card else "",
        card.receiver_name if card else "",
        card.message if card else "",
    )
    return GiftDraft(
        draft.shop_id,
        draft.giver_id,
        draft.sku_id,
        draft.portions,
        gift,
        at + rules.unpaid_for,
        draft.card,
        draft.expected_fen,
    )


def new_present(
    draft: MakeDraft, present_id: int, placed: PlacedGifts, chain: Chain, rules: Rules, at: datetime
) -> Present:
    """The present whose orders were placed."""
    return Present(
        shop_id=draft.shop_id,
        present_id=present_id,
        giver_id=draft.giver_id,
        kind=draft.kind,
        state=PRESENT.start,
        send_type=draft.send_type,
        audience=draft.audience,
        to_buyer_id=draft.to_buyer_id,
        chat_id=draft.chat_id,
        product_id=placed.offer.product_id,
        sku_id=draft.sku_id,
        title=placed.offer.title,
        thumb_url=placed.offer.thumb_url,
        each_fen=placed.each_fen,
        portions=draft.portions,
        amount_fen=placed.each_fen * draft.portions,
        is_free=draft.is_free,
        message=draft.message,
        hides_price=draft.hides_price,
        is_on_wall=draft.is_on_wall,
        greeting=draft.greeting,
        activity_id=draft.activity_id,
        pool_fen=placed.offer.price_fen if draft.activity_id and draft.is_free else 0,
        promoter_id=placed.promoter_id,
        content_id=placed.content_id,
        surface=draft.surface or placed.surface,
        campaign=draft.campaign,
        parent_id=chain.parent_id,
        root_id=chain.root_id,
        generation=chain.generation,
        made_at=at,
        pay_by=at + rules.unpaid_for,
        send_at=draft.send_at,
        updated_at=at,
        draw_at=draft.draw_at,
    )


def new_portions(present: Present, placed: PlacedGifts, named: Sequence[int]) -> list[Portion]:
    """The portions of a new present; whom the giver named may have theirs and no other."""
    who = list(named) or ([present.to_buyer_id] if present.to_buyer_id else [])
    return [
        Portion(
            present.shop_id,
            present.present_id,
            number,
            order_id,
            PORTION.start,
            present.sku_id,
            named_id=who[number - 1] if number <= len(who) else 0,
        )
        for number, order_id in enumerate(placed.order_ids, 1)
    ]


def sending(present: Present, rules: Rules, at: datetime) -> tuple[datetime, datetime | None]:
    """When a present that is sent now ends, and when it is drawn.

    A draw is made at the latest when others end; its winners then have as long to accept.
    """
    ends_at = at + rules.accept_for
    if present.kind is not PresentKind.DRAW:
        return ends_at, None
    draw_at = min(present.draw_at or ends_at, ends_at)
    return draw_at + rules.accept_for, draw_at
