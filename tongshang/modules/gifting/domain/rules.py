"""The platform's rules of giving: kept as data, each with its reason (`gift_rules`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tongshang.modules.gifting import refusals

# What a rule may be set to.
RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "price_max_fen":          (1, 10**10),
    "merchant_price_max_fen": (1, 10**10),
    "accept_minutes":         (1, 60 * 24 * 30),
    "extend_minutes":         (0, 60 * 24 * 30),
    "remind_minutes":         (0, 60 * 24 * 30),
    "unpaid_minutes":         (1, 60 * 24),
    "schedule_days":          (0, 366),
    "participants_max":       (1, 500),
    "may_pass_on":            (0, 1),
    "nudge_minutes":          (0, 60 * 24 * 30),
    "k_anonymous":            (2, 1_000),
    "donation_party_id":      (0, 2**63 - 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it is set to, and why."""

    name: str
    value: int
    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """All of them, as they are now."""

    price_max_fen: int
    merchant_price_max_fen: int
    accept_minutes: int
    extend_minutes: int
    remind_minutes: int
    unpaid_minutes: int
    schedule_days: int
    participants_max: int
    may_pass_on: int
    nudge_minutes: int
    k_anonymous: int
    donation_party_id: int
    excluded: frozenset[int] = frozenset()

    @property
    def accept_for(self) -> timedelta:
        """How long a present that was sent can be accepted."""
        return timedelta(minutes=self.accept_minutes)

    @property
    def extend_by(self) -> timedelta:
        """How much more time its giver may give it, once."""
        return timedelta(minutes=self.extend_minutes)

    @property
    def remind_before(self) -> timedelta:
        """How long before the end it is announced."""
        return timedelta(minutes=self.remind_minutes)

    @property
    def nudge_after(self) -> timedelta:
        """How long a giver who reminded waits with the next time."""
        return timedelta(minutes=self.nudge_minutes)

    @property
    def unpaid_for(self) -> timedelta:
        """How long the stock of an unpaid present is held."""
        return timedelta(minutes=self.unpaid_minutes)


def rules_of(kept: Sequence[Rule], excluded: Sequence[int]) -> Rules:
    """The rules as decisions ask them."""
    values = {rule.name: rule.value for rule in kept if rule.name in RANGES}
    return Rules(**values, excluded=frozenset(excluded))


def check_rule(name: str, value: int) -> None:
    """Refuse a rule that there is not, or a value that makes no sense."""
    if name not in RANGES:
        raise refusals.RuleUnknown(name=name[:40])
    low, high = RANGES[name]
    if not low <= value <= high:
        raise refusals.RuleOutOfRange(name=name)
