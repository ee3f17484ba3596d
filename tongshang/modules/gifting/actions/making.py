"""Presents made and priced; their orders are placed and hold their stock."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import Offer
from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.domain import drawing, making
from tongshang.modules.gifting.domain.making import Chain, MakeDraft
from tongshang.modules.gifting.domain.people import Part
from tongshang.modules.gifting.domain.present import Portion, Present, Role
from tongshang.modules.gifting.domain.rules import Rules
from tongshang.modules.gifting.machine import PresentKind
from tongshang.modules.gifting.store import people, portions, presents, settings
from tongshang.modules.governance import api as governance
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import PlacedGifts
from tongshang.modules.social import api as social
from tongshang.runtime.call import Call

# A gift given within this after one was received goes on with its chain. A setting of ours.
CHAIN_COUNTS_FOR: Final = timedelta(days=30)


async def make(
    call: Call, drafts: Sequence[MakeDraft], present_ids: Sequence[int] | None = None
) -> list[Present | Refusal]:
    """Make presents, first come first served: for each draft its present or its refusal.

    `present_ids` are ids that were taken for them already.
    """
    rules = await settings.get_rules(call.tx)
    checked = await _check(call, drafts, rules)
    ids = present_ids or call.take_ids(Named.PRESENT, len(drafts))
    wanted = [
        (draft, present_id)
        for draft, present_id, refused in zip(drafts, ids, checked, strict=True)
        if refused is None
    ]
    placed = await ordering.place_gifts(
        call, [making.order_draft(draft, number, rules, call.at) for draft, number in wanted]
    )
    answers = iter(await _write(call, wanted, placed, rules))
    return [next(answers) if refused is None else refused for refused in checked]


async def _check(call: Call, drafts: Sequence[MakeDraft], rules: Rules) -> list[Refusal | None]:
    keys = sorted({(draft.shop_id, draft.sku_id) for draft in drafts})
    offers = await catalog.offers(call.tx, keys)
    paths = await catalog.category_paths(
        call.tx, sorted({offer.cat_id for offer in offers.values()})
    )
    verdicts: list[Refusal | None] = []
    for draft in drafts:
        try:
            making.check_form(draft, rules, call.at)
            check_words(draft)
            offer = offers.get((draft.shop_id, draft.sku_id))
            if offer is not None:
                making.check_goods(offer, paths[offer.cat_id], rules, by_shop=_is_by_shop(draft))
            await _check_company(call, draft)
        except Refusal as refusal:
            verdicts.append(refusal)
        else:
            verdicts.append(None)
    return verdicts


def _is_by_shop(draft: MakeDraft) -> bool:
    return bool(draft.activity_id) or draft.is_free


def check_words(draft: MakeDraft) -> None:
    """Refuse words that may not be said."""
    card = draft.greeting
    texts = [draft.message]
    if card is not None:
        texts += [card.giver_name, card.receiver_name, card.message]
    if reasons := governance.judge([text for text in texts if text]):
        raise refusals.WordsForbidden(reason="; ".join(reasons))


async def _check_company(call: Call, draft: MakeDraft) -> None:
    """Refuse a friend who is none, and a group that the giver is not in."""
    if not draft.giver_id or draft.activity_id:
        return
    if draft.to_buyer_id:
        pair = (draft.giver_id, draft.to_buyer_id)
        if not await social.are_friends(call.tx, [pair]):
            raise refusals.GiverNotFriend
    if draft.chat_id and draft.giver_id not in await social.members_of(call.tx, draft.chat_id):
        raise refusals.FormDoesNotFit(rule="you are not in that group")


async def _write(
    call: Call,
    wanted: Sequence[tuple[MakeDraft, int]],
    placed: Sequence[PlacedGifts | Refusal],
    rules: Rules,
) -> list[Present | Refusal]:
    made: list[Present] = []
    parts: list[Portion] = []
    answers: list[Present | Refusal] = []
    for (draft, present_id), one in zip(wanted, placed, strict=True):
        if isinstance(one, Refusal):
            answers.append(one)
            continue
        chain = await _chain(call, draft, present_id)
        present = _seeded(call, making.new_present(draft, present_id, one, chain, rules, call.at))
        made.append(present)
        answers.append(present)
        parts += making.new_portions(present, one, draft.named_ids)
    if made:
        await presents.add_presents(call.tx, made)
        await portions.add_portions(call.tx, parts)
        givers = [
            Part(one.giver_id, Role.GIVER, one.present_id, one.shop_id, 0, one.to_buyer_id)
            for one in made
        ]
        await people.add_parts(call.tx, givers, call.at)
    return answers


async def _chain(call: Call, draft: MakeDraft, present_id: int) -> Chain:
    """The gift that brought the giver here: named, or the last that he took from this shop."""
    if not draft.giver_id:
        return making.chain_from(None, present_id)
    since = call.at - CHAIN_COUNTS_FOR
    parent_id = draft.parent_id
    shop_id: int | None = draft.shop_id
    if parent_id:
        shop_id = await people.find_shop(call.tx, draft.giver_id, parent_id, Role.RECEIVER)
    else:
        parent_id = await people.latest_received(call.tx, draft.giver_id, draft.shop_id, since)
    if not parent_id or shop_id is None:
        return making.chain_from(None, present_id)
    key = (shop_id, parent_id)
    return making.chain_from((await presents.find_presents(call.tx, [key])).get(key), present_id)


def _seeded(call: Call, present: Present) -> Present:
    if present.kind is not PresentKind.DRAW:
        return present
    nonce = secrets.token_bytes(drawing.SEED_NONCE_BYTES)
    seed = drawing.seed_of(call.house.secret, present.present_id, nonce)
    return replace(present, seed_nonce=nonce, seed_hash=drawing.hash_of(seed))


async def price(call: Call, draft: MakeDraft) -> Offer:
    """What a piece of a present would cost now; refuses what may not be given."""
    rules = await settings.get_rules(call.tx)
    (refused,) = await _check(call, [draft], rules)
    if refused is not None:
        raise refused
    key = (draft.shop_id, draft.sku_id)
    offer = (await catalog.offers(call.tx, [key])).get(key)
    if offer is None or not offer.on_sale:
        raise refusals.NotSellable(reason="it is not on sale")
    return offer
