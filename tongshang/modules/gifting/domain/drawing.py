"""Draws that anybody can recompute (docs/gifts.md).

The seed is chosen before anybody takes part, and its hash shown. When the draw is made the seed is
shown: whose number comes first in the order of HMAC-SHA256(seed, "present:number") has won.
"""

import hashlib
import hmac
from collections.abc import Sequence

SEED_NONCE_BYTES = 16


def seed_of(secret: bytes, present_id: int, nonce: bytes) -> bytes:
    """The seed: nobody without the platform's secret can know it before it is shown."""
    return hmac.new(secret, b"gift.draw\0%d\0" % present_id + nonce, hashlib.sha256).digest()


def hash_of(seed: bytes) -> bytes:
    """What is shown of a seed before the draw."""
    return hashlib.sha256(seed).digest()


def lot(seed: bytes, present_id: int, number: int) -> bytes:
    """What a participant's number draws: the smallest win."""
    return hmac.new(seed, f"{present_id}:{number}".encode(), hashlib.sha256).digest()


def winners(seed: bytes, present_id: int, numbers: Sequence[int], count: int) -> list[int]:
    """The numbers that win, the smallest lot first."""
    return sorted(numbers, key=lambda number: lot(seed, present_id, number))[:count]
