"""Money is divided to the last fen, whatever the amounts."""

from hypothesis import given
from hypothesis import strategies as st

from tongshang.kernel.money import WHOLE, Fen, Ppm, apportion, share, taken_back

fen = st.integers(0, 10**13).map(Fen)
weights = st.lists(st.integers(0, 10**12), min_size=1, max_size=40).filter(any)


@given(fen, weights)
def test_parts_sum_to_the_whole_and_none_is_off_by_a_fen(total: Fen, weights: list[int]) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(fen, st.integers(0, WHOLE).map(Ppm))
def test_a_share_never_exceeds_its_exact_part_and_misses_less_than_a_fen(
    amount: Fen, rate: Ppm
) -> None:
    part = share(amount, rate)
    assert 0 <= amount * rate - part * WHOLE < WHOLE


@given(fen, st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_partial_refunds_end_where_one_full_refund_does(amount: Fen, refunds: list[int]) -> None:
    paid = Fen(sum(refunds))
    gone, refunded = 0, 0
    for refund in refunds:
        refunded += refund
        total = taken_back(amount, Fen(refunded), paid)
        assert total >= gone, "a further refund never gives a receiver something back"
        gone = total
    assert gone == (amount if paid else 0)


def test_the_odd_fen_goes_to_the_largest_remainder_the_earlier_first() -> None:
    assert apportion(Fen(10), (1, 1, 1)) == (4, 3, 3)
    assert apportion(Fen(100), (1, 2, 3)) == (17, 33, 50)
    assert apportion(Fen(0), (5, 0)) == (0, 0)
