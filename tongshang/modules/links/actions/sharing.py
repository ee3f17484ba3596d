"""Who shows what to whom, and how much of it one may do."""

from collections.abc import Sequence
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.links import domain, store, wire
from tongshang.modules.links.actions import forms
from tongshang.modules.links.domain import Opening, Share, ShareDraft, SubjectKind
from tongshang.modules.links.events import LinkShared
from tongshang.runtime.call import Call
from tongshang.runtime.limits import Limits

_LIMITS: Final = "links.limits"
_A_DAY: Final = 1_000  # minutes' worth


def hold_back(call: Call, what: str, per_minute: int, *, of_all: bool = False) -> None:
    """Count one such act of the caller (or `of_all`), or refuse it: pages and programs alike."""
    limits: Limits = call.house.memory.setdefault(_LIMITS, Limits())
    who = "all" if of_all else call.caller.name
    limits.count(f"{what} {who}", call.at, per_minute, per_minute * _A_DAY)


async def share(call: Call, drafts: Sequence[ShareDraft]) -> list[int]:
    """Keep who shows what to whom; the ids by which openings are told to it.

    A parent that is not named is the share that the buyer's card came by, else the one by which
    they opened the same thing last.
    """
    named = [draft.parent_share_id or draft.card.share_id for draft in drafts]
    keys = [
        (draft.buyer_id, domain.subject_of(draft.card)[1])
        for draft, parent_id in zip(drafts, named, strict=True)
        if not parent_id
    ]
    since = call.at - domain.SHOWN_ON_WITHIN
    opened = await store.last_opened(call.tx, keys, since) if keys else {}
    parent_ids = [
        parent_id or opened.get((draft.buyer_id, domain.subject_of(draft.card)[1]), 0)
        for draft, parent_id in zip(drafts, named, strict=True)
    ]
    wanted = sorted({parent_id for parent_id in parent_ids if parent_id})
    parents = await store.find_parents(call.tx, wanted) if wanted else {}
    ids = call.take_ids(Named.SHARE, len(drafts))
    shares = [
        domain.share_of(draft, share_id, parents.get(parent_id), call.at)
        for draft, share_id, parent_id in zip(drafts, ids, parent_ids, strict=True)
    ]
    await store.add_shares(call.tx, shares)
    await call.tell(*(_told(one) for one in shares))
    return ids


def _told(one: Share) -> LinkShared:
    is_content = one.kind in (SubjectKind.CONTENT, SubjectKind.LIVE)
    is_product = one.kind == SubjectKind.PRODUCT
    return LinkShared(
        one.shop_id, one.subject_id if is_product else 0, one.subject_id if is_content else 0,
        one.promoter_id, one.to_surface, one.share_id, one.parent_share_id, one.at,
    )  # fmt: skip


async def note_openings(call: Call, openings: Sequence[Opening]) -> None:
    """Keep which shares were opened; what names no share, or its own sharer, is left out."""
    told = [opening for opening in openings if opening.share_id]
    if told:
        await store.add_openings(call, told)


async def counted(call: Call, shares: Sequence[Share]) -> list[wire.ShareView]:
    """Shares in figures, in their order, with what they show; what is gone has no title."""
    if not shares:
        return []
    counts = await store.count_shares(call.tx, [one.share_id for one in shares])
    shown = await forms.glance(call, [domain.ref_of(one) for one in shares])
    return [
        wire.ShareView(
            str(one.share_id),
            SubjectKind(one.kind).name.lower(),
            str(one.subject_id),
            one.to_surface,
            one.at,
            seen.title if seen else "",
            seen.picture_url if seen else "",
            *counts[one.share_id],
        )
        for one, seen in zip(shares, shown, strict=True)
    ]
