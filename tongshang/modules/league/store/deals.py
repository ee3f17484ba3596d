"""Deals in the database: written once, read by id."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.league.domain.deals import Deal, DealDraft, Hand, Hop
from tongshang.runtime.db import Row, Tx

_COLUMNS: Final = """
    deal.shop_id, deal.deal_id, deal.product_id, deal.plan_kind, deal.plan_id,
    deal.hands, deal.parties, deal.ratios, deal.payers, deal.made_at
"""

# The unique index decides which of two equal deals struck at once is the deal.
_ADD: Final = """
    insert into deals (
        shop_id, deal_id, digest, product_id, plan_kind, plan_id, made_at,
        hands, parties, ratios, payers
    )
    select shop_id, deal_id, digest, product_id, plan_kind, plan_id, $7,
           string_to_array(hands, ',')::smallint[], string_to_array(parties, ',')::bigint[],
           string_to_array(ratios, ',')::integer[], string_to_array(payers, ',')::smallint[]
    from unnest(
        $1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], $5::smallint[], $6::bigint[],
        $8::text[], $9::text[], $10::text[], $11::text[]
    ) as draft (
        shop_id, deal_id, digest, product_id, plan_kind, plan_id, hands, parties, ratios, payers
    )
    on conflict (shop_id, digest) do nothing
"""

_BY_DIGEST: Final = """
    select deal.shop_id, deal.digest, deal.deal_id
    from unnest($1::bigint[], $2::bytea[]) as wanted (shop_id, digest)
    join deals as deal on deal.shop_id = wanted.shop_id and deal.digest = wanted.digest
"""

_FIND: Final = f"""
    select {_COLUMNS}
    from unnest($1::bigint[], $2::bigint[]) as wanted (shop_id, deal_id)
    join deals as deal on deal.shop_id = wanted.shop_id and deal.deal_id = wanted.deal_id
"""


async def add_deals(
    tx: Tx, drafts: Sequence[DealDraft], deal_ids: Sequence[int], at: datetime
) -> list[int]:
    """Strike deals; their ids, which for equal terms are those of the deal struck before."""
    shops = [draft.shop_id for draft in drafts]
    digests = [draft.digest for draft in drafts]
    await tx.execute(
        _ADD,
        shops,
        deal_ids,
        digests,
        [draft.product_id for draft in drafts],
        [draft.plan_kind for draft in drafts],
        [draft.plan_id for draft in drafts],
        at,
        [_joined(hop.hand.value for hop in draft.hops) for draft in drafts],
        [_joined(hop.party_id for hop in draft.hops) for draft in drafts],
        [_joined(hop.ratio_ppm for hop in draft.hops) for draft in drafts],
        [_joined(hop.payer for hop in draft.hops) for draft in drafts],
    )
    rows = await tx.fetch(_BY_DIGEST, shops, digests)
    known = {(row["shop_id"], row["digest"]): row["deal_id"] for row in rows}
    return [known[key] for key in zip(shops, digests, strict=True)]


async def find_deals(tx: Tx, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Deal]:
    """Those of the deals that exist; keys are (shop, deal)."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    rows = await tx.fetch(_FIND, [shop for shop, _ in wanted], [deal for _, deal in wanted])
    return {(row["shop_id"], row["deal_id"]): _deal(row) for row in rows}


def _joined(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


def _deal(row: Row) -> Deal:
    columns = zip(row["hands"], row["parties"], row["ratios"], row["payers"], strict=True)
    hops = tuple(Hop(Hand(hand), *rest) for hand, *rest in columns)
    return Deal(
        row["shop_id"],
        row["deal_id"],
        row["product_id"],
        row["plan_kind"],
        row["plan_id"],
        hops,
        row["made_at"],
    )
