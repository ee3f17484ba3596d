"""Plans for named promoters: added and changed, each promoter with a deal of his own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tongshang.kernel.ids import Named as Ids
from tongshang.kernel.refusal import Refusal
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.league.domain import plans as rules
from tongshang.modules.league.domain.named import NamedPlan
from tongshang.modules.league.domain.plans import PROMOTERS_MAX, PlanDraft, PlanKind
from tongshang.modules.league.machine import PLAN, PlanMove, PlanState
from tongshang.modules.league.refusals import DuplicateProduct, NoPromoter, TooMany
from tongshang.modules.league.store import deals
from tongshang.modules.league.store import named as store
from tongshang.runtime.call import Call

_ID_MAX: Final = 2**63


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a product: a plan's id or why not, and the finders who could not be named."""

    product_id: int
    plan_id: int = 0
    refusal: Refusal | None = None
    failed: tuple[str, ...] = ()


async def find_promoters(call: Call, finder_ids: Sequence[str]) -> dict[str, int]:
    """Which finder ids are promoters', by finder id."""
    numbers = {one: int(one) for one in finder_ids if is_number(one)}
    parties = await identity.find_parties(call.tx, sorted(set(numbers.values())))
    return {
        one: number
        for one, number in numbers.items()
        if number in parties and parties[number].kind is PartyKind.PROMOTER
    }


def is_number(text: str) -> bool:
    """Whether a finder id can be anybody's."""
    return text.isascii() and text.isdecimal() and len(text) < 20 and int(text) < _ID_MAX


async def add_named(
    call: Call, given: Sequence[PlanDraft | Refusal], kind: PlanKind, finder_ids: Sequence[str]
) -> list[Added]:
    """Add a plan for each draft, for those of the finders who stand on none of its product yet."""
    if len(finder_ids) > PROMOTERS_MAX:
        raise TooMany(field="finder_ids", most=PROMOTERS_MAX)
    promoters = await find_promoters(call, finder_ids)
    if not promoters:
        raise NoPromoter
    drafts = [one for one in given if isinstance(one, PlanDraft)]
    products = [draft.product_id for draft in drafts]
    taken = await store.taken(call.tx, call.shop_id, products, list(promoters.values()))
    added: list[Added] = []
    plans: dict[int, tuple[NamedPlan, list[int]]] = {}
    for one in given:
        if isinstance(one, Refusal):
            added.append(Added(0, refusal=one))
            continue
        free = {f: p for f, p in promoters.items() if (one.product_id, p) not in taken}
        failed = tuple(finder for finder in dict.fromkeys(finder_ids) if finder not in free)
        if not free:
            why = DuplicateProduct(product_id=str(one.product_id))
            added.append(Added(one.product_id, refusal=why, failed=failed))
            continue
        plan = _plan(call, one, kind)
        plans[plan.plan_id] = plan, sorted(set(free.values()))
        added.append(Added(one.product_id, plan.plan_id, failed=failed))
    await store.add_plans(call.tx, [plan for plan, _ in plans.values()], call.at)
    await _name(call, list(plans.values()))
    return added


def _plan(call: Call, draft: PlanDraft, kind: PlanKind) -> NamedPlan:
    assert draft.begins_at is not None
    return NamedPlan(
        PlanState.LISTED,
        draft.begins_at,
        draft.ends_at,
        draft.shop_id,
        call.take_id(Ids.PLAN),
        draft.product_id,
        kind,
        draft.ratio_ppm,
    )


async def _name(call: Call, plans: Sequence[tuple[NamedPlan, list[int]]]) -> None:
    pairs = [(plan, promoter) for plan, promoters in plans for promoter in promoters]
    if not pairs:
        return
    drafts = [plan.deal_with(promoter) for plan, promoter in pairs]
    ids = call.take_ids(Ids.DEAL, len(drafts))
    struck = await deals.add_deals(call.tx, drafts, ids, call.at)
    rows = [
        (plan.product_id, promoter, plan.plan_id, deal)
        for (plan, promoter), deal in zip(pairs, struck, strict=True)
    ]
    await store.name_promoters(call.tx, call.shop_id, rows, call.at)


async def change_promoters(
    call: Call, plan: NamedPlan, adding: Sequence[str], leaving: Sequence[str]
) -> None:
    """Take promoters off a plan and put others on it; somebody has to stay."""
    for field, ids in (("add_finder_ids", adding), ("del_finder_ids", leaving)):
        if len(ids) > PROMOTERS_MAX:
            raise TooMany(field=field, most=PROMOTERS_MAX)
    gone = [int(one) for one in leaving if is_number(one)]
    if gone:
        await store.unname_promoters(call.tx, plan.shop_id, plan.plan_id, gone)
    if adding:
        found = sorted(set((await find_promoters(call, adding)).values()))
        taken = await store.taken(call.tx, plan.shop_id, [plan.product_id], found)
        free = [one for one in found if (plan.product_id, one) not in taken]
        if not free:
            raise NoPromoter
        await _name(call, [(plan, free)])
    if gone and not await store.count_named(call.tx, plan.shop_id, plan.plan_id):
        raise NoPromoter


async def change_ratio(call: Call, plan: NamedPlan, ratio_ppm: int) -> NamedPlan:
    """Another ratio: a rise at once, a cut when the lock is over; with new deals for everybody."""
    if ratio_ppm == plan.ratio_ppm:
        return plan
    before = plan.held_ppm, plan.held_until
    held_ppm, held_until = rules.recut(plan.pays_ppm(call.at), ratio_ppm, before, call.at)
    changed = replace(plan, ratio_ppm=ratio_ppm, held_ppm=held_ppm, held_until=held_until)
    promoters = [
        one.promoter_id for one in await store.list_named(call.tx, plan.shop_id, plan.plan_id)
    ]
    drafts = [changed.deal_with(promoter) for promoter in promoters]
    ids = call.take_ids(Ids.DEAL, len(drafts))
    struck = await deals.add_deals(call.tx, drafts, ids, call.at) if drafts else []
    await store.repay(
        call.tx,
        changed,
        dict(zip(promoters, struck, strict=True)),
        is_held=held_until is not None,
        begins_lock=(held_ppm, held_until) != before,
    )
    return changed


async def move(call: Call, plan: NamedPlan, by: PlanMove) -> NamedPlan:
    """List a plan, take it down or delete it; the promoters of a deleted one are free."""
    changed = replace(plan, state=PLAN.step(plan.state, by))
    if by is PlanMove.DELETE:
        await store.unname_promoters(call.tx, plan.shop_id, plan.plan_id)
    return changed
