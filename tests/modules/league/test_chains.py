"""Chains through agencies: whatever was promised, nobody passes on more than comes to him."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tongshang.modules.league.domain import supply
from tongshang.modules.league.domain.chains import Supply, chain
from tongshang.modules.league.domain.deals import PAID_OUT_MAX, THE_SHOP, Hand, check, paid_out_ppm
from tongshang.modules.league.domain.named import CommissionType, NamedPlan
from tongshang.modules.league.domain.plans import PlanKind
from tongshang.modules.league.domain.supply import Offer, Resale, ResaleState, Supplied
from tongshang.modules.league.machine import PlanState

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
RATIOS = st.integers(0, PAID_OUT_MAX // 2)


@given(st.lists(RATIOS, min_size=1, max_size=2), RATIOS, st.booleans(), st.booleans())
def test_a_chain_can_always_be_paid(
    ratios: list[int], promoter_ppm: int, agency_pays: bool, is_carried: bool
) -> None:
    supplies = [Supply(n + 1, ratio) for n, ratio in enumerate(ratios)]
    promoter_id = 9 if is_carried else 0
    hops = chain(supplies, promoter_id, promoter_ppm, agency_pays=agency_pays)
    check(hops)
    beside = promoter_ppm if is_carried and not agency_pays else 0
    assert paid_out_ppm(hops) == ratios[0] + beside


def _plan(kind: CommissionType, service_ppm: int) -> NamedPlan:
    ratio = 0 if kind is CommissionType.AGENCY_FIXES else 100_000
    return NamedPlan(
        PlanState.LISTED, NOON, None, 1, 36, 11, PlanKind.AGENCY, ratio, 2, kind, service_ppm
    )  # fmt: skip


def _resale(service_ppm: int) -> Resale:
    return Resale(2, 37, 5, 1, 11, 36, 3, service_ppm, ResaleState.RUNS, NOON, None)


def test_of_several_ways_the_one_that_brings_most_is_taken() -> None:
    fixed, free = CommissionType.SHOP_FIXES, CommissionType.AGENCY_FIXES
    direct = Supplied(Offer(_plan(fixed, 50_000)), 3)
    resold = Supplied(Offer(_plan(fixed, 200_000), _resale(80_000)), 3)
    unsaid = Supplied(Offer(_plan(free, 300_000)), 3)
    draft = supply.best([direct, resold, unsaid], 9)
    assert draft is not None
    assert [(hop.hand, hop.ratio_ppm, hop.payer) for hop in draft.hops] == [
        (Hand.AGENCY, 200_000, THE_SHOP), (Hand.RESELLER, 80_000, 0),
        (Hand.PROMOTER, 100_000, THE_SHOP),
    ]  # fmt: skip
    by_itself = supply.best([direct, resold, unsaid], 0)
    assert by_itself is not None
    assert by_itself.hops[0].ratio_ppm == 300_000, "carried by the agency, no promoter is paid"
    assert supply.best([unsaid], 9) is None


def test_a_resale_that_pays_less_upstream_passes_on_less() -> None:
    offer = Offer(_plan(CommissionType.SHOP_FIXES, 60_000), _resale(80_000))
    assert offer.arrives_ppm == 60_000
    draft = Supplied(offer, 3).draft(0)
    assert draft is not None
    assert [hop.ratio_ppm for hop in draft.hops] == [60_000, 60_000]


def test_links_are_read_as_they_are_written() -> None:
    assert supply.number_in(supply.link_of(36)) == 36
    for wrong in ("", "weixinstorehs/", "weixinstorehs/x", "36", "weixinstorehs/" + "9" * 20):
        assert supply.number_in(wrong) == 0
