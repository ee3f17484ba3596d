"""What a planted fault is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, the statements that make it so, and the checks that see it."""

    says: str
    plant: str
    seen_by: frozenset[str]


def fault(says: str, plant: str, *seen_by: str) -> Fault:
    """A fault in one line."""
    return Fault(says, plant, frozenset(seen_by))
