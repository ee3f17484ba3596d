"""Money is a whole number of fen; a rate is parts per million. Nothing here is a float."""

from collections.abc import Sequence
from typing import Final, NewType

Fen = NewType("Fen", int)
Ppm = NewType("Ppm", int)

WHOLE: Final = Ppm(1_000_000)

if not __debug__:  # The assertions below guard money; a program without them does not start.
    raise RuntimeError("Tongshang does not run under python -O: its money is guarded by assertions")


def share(amount: Fen, rate: Ppm) -> Fen:
    """The part of `amount` that `rate` takes, rounded down so that parts never exceed the whole."""
    assert amount >= 0
    assert 0 <= rate <= WHOLE
    return Fen(amount * rate // WHOLE)


def apportion(total: Fen, weights: Sequence[int]) -> tuple[Fen, ...]:
    """Split `total` by `weights`, to the last fen.

    The parts sum to `total`, and each is within one fen of its exact share. The fen left over go
    to the largest remainders, the earlier one first, so that a refund worked out a year later
    splits the same way as the sale did.
    """
    whole = sum(weights)
    assert total >= 0
    assert whole > 0
    assert min(weights) >= 0

    parts = [total * weight // whole for weight in weights]
    left_over = total - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda line: -(total * weights[line] % whole))
    for line in by_remainder[:left_over]:
        parts[line] += 1

    assert sum(parts) == total
    return tuple(Fen(part) for part in parts)


def taken_back(amount: Fen, refunded: Fen, paid: Fen) -> Fen:
    """How much of a receiver's `amount` is gone once `refunded` of `paid` went back to the buyer.

    Cumulative, not per refund: what one refund takes is the difference of two calls, so that any
    sequence of partial refunds ends where one full refund does, at the whole `amount`.
    """
    assert 0 <= refunded <= paid
    if paid == 0:
        return Fen(0)
    return apportion(amount, (refunded, paid - refunded))[0]
