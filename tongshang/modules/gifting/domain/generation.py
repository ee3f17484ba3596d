"""Figures of how gifts travel."""

from dataclasses import dataclass


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
class Node:
    """Gifts of one generation that were begun on one surface."""

    generation: int
    surface: int
    presents: int
    givers: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Gifts that came of gifts of one generation and surface, by where they were begun."""

    generation: int
    surface: int
    to_surface: int
    presents: int
    givers: int
