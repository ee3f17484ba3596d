"""Whose work a sale is, and on which terms."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from tongshang.kernel.money import WHOLE, Ppm
from tongshang.modules.catalog.api import Offer
from tongshang.modules.governance.api import Bar, is_barred
from tongshang.modules.league.api import Deal
from tongshang.modules.surfaces.api import CardRef, Touch

# Reference section 7.6 names no window; a setting of ours.
TOUCH_COUNTS_FOR: Final = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Brought:
    """What is known of who brings buyers to products, for a batch of orders.

    `cards` by token, `touches` by (buyer, product), `rates` of normal plans by product, `deals`
    by (shop, deal), `selves`: the parties a buyer stands behind, `named` the deals of promoters
    whom the shop names, by (shop, product, promoter), `others`: agencies and sharers, who
    carry cards too, but whom no plan for promoters pays.
    """

    cards: Mapping[str, CardRef] = field(default_factory=dict)
    touches: Mapping[tuple[int, int], Touch] = field(default_factory=dict)
    rates: Mapping[int, Ppm] = field(default_factory=dict)
    deals: Mapping[tuple[int, int], Deal] = field(default_factory=dict)
    selves: Mapping[int, Container[int]] = field(default_factory=dict)
    named: Mapping[tuple[int, int, int], int] = field(default_factory=dict)
    others: Container[int] = ()


NOBODY: Final = Brought()


@dataclass(frozen=True, slots=True)
class Terms:
    """Who brought a sale, and what leaves the shop's hands for it."""

    promoter_id: int = 0
    commission_ppm: int = 0
    deal_id: int = 0


def brought_by(card: str, buyer_id: int, offer: Offer, known: Brought) -> CardRef | Touch | None:
    """Whose work the sale is: the promoter's card it was bought from, else the last touch.

    A card of another product says nothing about this one, and the shop's own card takes no sale
    from the promoter who brought the buyer; where nobody did, it says where the sale was made.
    """
    named = known.cards.get(card)
    if named is not None and named.key != (offer.shop_id, offer.product_id):
        named = None
    touch = known.touches.get((buyer_id, offer.product_id))
    if named is not None and named.promoter_id:
        return touch if touch and _came_by_link(named, touch) else named
    return touch or named


def _came_by_link(card: CardRef, touch: Touch) -> bool:
    """Whether the card stood in a content to which somebody's link led, with a deal of its own."""
    same = (touch.promoter_id, touch.content_id) == (card.promoter_id, card.content_id)
    return same and bool(touch.content_id and touch.deal_id and not card.deal_id)


def terms_of(source: CardRef | Touch | None, buyer_id: int, offer: Offer, known: Brought) -> Terms:
    """The card's deal, else the one of who is named, else the normal plan; nobody earns by what he buys himself.

    Fee and commission never exceed what was paid (reference section 7.6), and what is barred from
    the alliance pays none (section 3.7).
    """
    if source is None or not source.promoter_id:
        return Terms()
    own_deal = known.named.get((offer.shop_id, offer.product_id, source.promoter_id), 0)
    deal = known.deals.get((offer.shop_id, source.deal_id)) or known.deals.get(
        (offer.shop_id, own_deal)
    )
    receivers = {hop.party_id for hop in deal.hops} if deal else set[int]()
    own = known.selves.get(buyer_id, ())
    if any(party_id in own for party_id in {source.promoter_id, *receivers}):
        return Terms()
    if is_barred(offer.barred, (Bar.LEAGUE,)):
        return Terms(source.promoter_id)
    if deal and deal.product_id == offer.product_id and deal.paid_out_ppm + offer.fee_ppm <= WHOLE:
        return Terms(source.promoter_id, deal.paid_out_ppm, deal.deal_id)
    if not deal and source.promoter_id in known.others:
        return Terms()
    rate = min(known.rates.get(offer.product_id, Ppm(0)), WHOLE - offer.fee_ppm)
    return Terms(source.promoter_id, rate)
