"""Figures of how gifts travel."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Gifts of one generation begun on one surface; `is_asked`: of those that are asked for."""

    is_asked: bool
    generation: int
    surface: int
    presents: int
    givers: int
    portions: int
    ordered: int
    lapsed: int
    revenue_fen: int

    @property
    def node(self) -> tuple[int, int]:
        """Generation and surface."""
        return self.generation, self.surface


@dataclass(frozen=True, slots=True)
class Generation:
    """Gifts so many givings away from the one that began it."""

    generation: int
    presents: int
    givers: int
    portions: int
    ordered: int
    lapsed: int
    revenue_fen: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Receivers, those of them who gave on, and how long it took to accept."""

    receivers: int
    givers_who_received: int
    further_presents: int
    widest: int
    median_seconds: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Gifts that came of gifts of one generation and surface, by where they stand themselves."""

    generation: int
    surface: int
    to_generation: int
    to_surface: int
    presents: int
    givers: int

    @property
    def source(self) -> tuple[int, int]:
        """Where the gifts stand that they came of."""
        return self.generation, self.surface

    @property
    def target(self) -> tuple[int, int]:
        """Where they stand."""
        return self.to_generation, self.to_surface
