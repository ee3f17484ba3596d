"""What a shop may know of how its gifts travel: never a group of fewer than k givers.

What is told must not be told by what is left out either. A whole is cut into parts (the gifts into
generations, a generation into surfaces, a surface into where its gifts came from); where parts of
few people are left out, what remains of the whole after taking away the parts that are told is
theirs. So the smallest part that could be told is left out with them, and what remains is of k
people at least. And where a product or a campaign is asked for, a part is told only if those of it
that were not asked for are nobody or k people: else they were what remains of the answer for all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tongshang.kernel.money import WHOLE
from tongshang.modules.gifting.domain.generation import Flow, Generation, Group, Reach

# The spans that are asked for: one inside the other, and no day of its own.
SPANS: Final = (7, 30, 90, 366)

Givers = Mapping[tuple[bool, int | None], int]
Part = tuple[int, int]  # givers of a part, and how many of it were not asked for


@dataclass(frozen=True, slots=True)
class Told:
    """What is told; `is_partial`: some of it is of too few people."""

    generations: list[Generation]
    nodes: list[Group]
    flows: list[Flow]
    is_partial: bool


def may_be_told(parts: Mapping[int, Part], k: int) -> set[int]:
    """Which parts of a whole are told, by their keys; the whole itself is known."""
    told = {
        key
        for key, (givers, others) in parts.items()
        if givers >= k and (not others or others >= k)
    }
    left_out = [givers for key, (givers, _) in parts.items() if key not in told]
    if left_out and max(left_out) < k and told:
        told.remove(min(told, key=lambda key: (parts[key][0], -key)))  # of alike ones the last
    return told


def told(groups: Sequence[Group], givers: Givers, flows: Sequence[Flow], k: int) -> Told:
    """What may be told of gifts that are asked for, among all of the shop's."""
    asked = [one for one in groups if one.is_asked]
    others = {one.node: one.givers for one in groups if not one.is_asked}
    by_generation = {one.generation for one in asked}
    shown = may_be_told(
        {
            number: (givers.get((True, number), 0), givers.get((False, number), 0))
            for number in by_generation
        },
        k,
    )
    nodes = [
        one for number in sorted(shown) for one in _nodes(_of(asked, number), others, k)
    ]  # fmt: skip
    edges = _flows(nodes, flows, k)
    return Told(
        [_sum(number, _of(asked, number), givers) for number in sorted(shown)],
        nodes,
        edges,
        is_partial=len(nodes) < len(asked) or len(edges) < len(flows),
    )


def _of(groups: Iterable[Group], generation: int) -> list[Group]:
    return [one for one in groups if one.generation == generation]


def _nodes(groups: Sequence[Group], others: Mapping[tuple[int, int], int], k: int) -> list[Group]:
    parts = {one.surface: (one.givers, others.get(one.node, 0)) for one in groups}
    shown = may_be_told(parts, k)
    return [one for one in groups if one.surface in shown]


def _flows(nodes: Sequence[Group], flows: Sequence[Flow], k: int) -> list[Flow]:
    """Between groups that are told; of what came into one, nothing that is a few people's."""
    known = {one.node: one for one in nodes}
    shown: list[Flow] = []
    for target, node in known.items():
        into = [one for one in flows if one.target == target]
        parts = {place: (one.givers, 0) for place, one in enumerate(into)}
        if sum(one.presents for one in into) < node.presents:
            parts[-1] = (0, 0)  # what came of none of the shop's gifts, of nobody knows how many
        told_ = may_be_told(parts, k)
        shown += [
            one for place, one in enumerate(into) if place in told_ and one.source in known
        ]  # fmt: skip
    return sorted(shown, key=lambda one: (one.generation, -one.presents, one.surface))


def _sum(number: int, groups: Sequence[Group], givers: Givers) -> Generation:
    return Generation(
        number,
        sum(one.presents for one in groups),
        givers.get((True, number), 0),
        sum(one.portions for one in groups),
        sum(one.ordered for one in groups),
        sum(one.lapsed for one in groups),
        sum(one.revenue_fen for one in groups),
    )


def by_surface(nodes: Sequence[Group]) -> list[tuple[int, int, int]]:
    """The groups that are told, added up by where gifts were begun: surface, presents, revenue."""
    found: dict[int, tuple[int, int]] = {}
    for one in nodes:
        presents, revenue = found.get(one.surface, (0, 0))
        found[one.surface] = presents + one.presents, revenue + one.revenue_fen
    listed = [(surface, presents, fen) for surface, (presents, fen) in found.items()]
    return sorted(listed, key=lambda one: (-one[1], one[0]))


def rounded(reach: Reach, k: int) -> Reach:
    """Figures of people in steps of k: two answers differ by k people, or by nobody."""
    receivers = reach.receivers // k * k
    givers = reach.givers_who_received // k * k
    return Reach(
        receivers,
        givers,
        reach.further_presents // k * k if givers else 0,
        reach.widest // k * k,
        reach.median_seconds // 60 * 60 if receivers else 0,
    )


def ppm(part: int, whole: int) -> int:
    """A part of a whole in parts per million; of nothing, nothing."""
    return part * WHOLE // whole if whole else 0
