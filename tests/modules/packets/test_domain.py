"""How red packets are divided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongshang.kernel.refusal import Refusal
from tongshang.modules.packets import domain
from tongshang.modules.packets.domain import MakeDraft, PacketKind
from tongshang.modules.packets.refusals import AmountWrong, FormWrong


@given(st.integers(1, 100), st.data(), st.binary(min_size=32, max_size=32))
def test_luck_gives_everybody_a_fen_and_nobody_twice_the_mean(
    portions: int, data: st.DataObject, seed: bytes
) -> None:
    total = data.draw(st.integers(portions, 20_000 * portions))
    parts = domain.lucky(total, portions, seed)
    assert (len(parts), sum(parts)) == (portions, total)
    assert min(parts) >= 1
    assert max(parts) <= min(20_000, 2 * total / portions)
    assert parts == domain.lucky(total, portions, seed)


def test_luck_favours_no_place() -> None:
    sums = [0] * 5
    for number in range(4_000):
        seed = domain.seed_of(b"house", number)
        sums = [a + b for a, b in zip(sums, domain.lucky(1_000, 5, seed), strict=True)]
    assert all(abs(one / 4_000 - 200) < 10 for one in sums)


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (MakeDraft(1, PacketKind.ONE, 100, 1), FormWrong),
        (MakeDraft(1, PacketKind.ONE, 100, 1, chat_id=5, to_buyer_id=2), FormWrong),
        (MakeDraft(1, PacketKind.ONE, 100, 2, to_buyer_id=2), FormWrong),
        (MakeDraft(1, PacketKind.ONE, 100, 1, to_buyer_id=1), FormWrong),
        (MakeDraft(1, PacketKind.LUCK, 100, 1, to_buyer_id=2), FormWrong),
        (MakeDraft(1, PacketKind.LUCK, 2, 3, chat_id=5), AmountWrong),
        (MakeDraft(1, PacketKind.EQUAL, 100, 3, chat_id=5), AmountWrong),
        (MakeDraft(1, PacketKind.ONE, 20_001, 1, to_buyer_id=2), AmountWrong),
    ],
)
def test_what_is_no_packet_is_refused(draft: MakeDraft, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        domain.check_draft(draft)
