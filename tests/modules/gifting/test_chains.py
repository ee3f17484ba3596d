"""What a shop learns of how its gifts travel: never a group of fewer than k people."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongshang.modules.gifting.domain import chains
from tongshang.modules.gifting.domain.chains import Told, may_be_told, told
from tongshang.modules.gifting.domain.generation import Flow, Group, Reach

K = 3


@dataclass(frozen=True, slots=True)
class Given:
    """A present in the test's own world."""

    giver: int
    generation: int
    surface: int
    product: int
    parent: int  # the surface its parent was begun on; -1: none of this shop


GIFTS = st.lists(
    st.builds(
        Given,
        giver=st.integers(1, 8), generation=st.integers(0, 2), surface=st.integers(1, 3),
        product=st.integers(1, 2), parent=st.integers(-1, 3),
    ),
    max_size=40,
)  # fmt: skip


def tell(gifts: list[Given], product: int = 0) -> Told:
    """What the store would count, and what is told of it."""
    groups: list[Group] = []
    for is_asked in (True, False):
        mine = [one for one in gifts if (not product or one.product == product) is is_asked]
        for node in sorted({(one.generation, one.surface) for one in mine}):
            same = [one for one in mine if (one.generation, one.surface) == node]
            counts = len(same), len({one.giver for one in same})
            groups.append(Group(is_asked, *node, *counts, len(same), len(same), 0, len(same)))
    asked = [one for one in gifts if not product or one.product == product]
    others = [one for one in gifts if one not in asked]
    givers: dict[tuple[bool, int | None], int] = {}
    for is_asked, same in ((True, asked), (False, others)):
        for number in {one.generation for one in same}:
            people = {one.giver for one in same if one.generation == number}
            givers[is_asked, number] = len(people)
    flows = []
    linked = [one for one in asked if one.generation and one.parent > 0]
    for way in sorted({(one.generation, one.parent, one.surface) for one in linked}):
        same = [one for one in linked if (one.generation, one.parent, one.surface) == way]
        number, parent, surface = way
        people = {one.giver for one in same}
        flows.append(Flow(number - 1, parent, number, surface, len(same), len(people)))
    return told(groups, givers, flows, K)


def people(gifts: list[Given]) -> int:
    return len({one.giver for one in gifts})


@given(GIFTS)
def test_neither_what_is_told_nor_what_is_left_of_a_whole_is_of_few(gifts: list[Given]) -> None:
    shown = tell(gifts)
    numbers = {one.generation for one in shown.generations}
    nodes = {one.node for one in shown.nodes}
    left = [one for one in gifts if one.generation not in numbers]
    assert people(left) >= K or not left or not numbers, "all gifts, less the generations told"
    for number in numbers:
        mine = [one for one in gifts if one.generation == number]
        told_ = [one for one in mine if (number, one.surface) in nodes]
        rest = [one for one in mine if (number, one.surface) not in nodes]
        assert people(mine) >= K
        assert not told_ or not rest or people(rest) >= K, "a generation, less its surfaces told"
    flows = {(one.target, one.surface) for one in shown.flows}
    for node in nodes:
        into = [one for one in gifts if (one.generation, one.surface) == node]
        assert people(into) >= K
        told_ = [one for one in into if (node, one.parent) in flows]
        rest = [one for one in into if (node, one.parent) not in flows]
        assert not told_ or not rest or people(rest) >= K
        for parent in {one.parent for one in told_}:
            assert people([one for one in told_ if one.parent == parent]) >= K


@given(GIFTS)
def test_an_answer_for_a_product_taken_from_that_for_all_leaves_nobody_alone(
    gifts: list[Given],
) -> None:
    everything, one_product = tell(gifts), tell(gifts, product=1)
    for number in {one.generation for one in one_product.generations}:
        others = [one for one in gifts if one.generation == number and one.product != 1]
        assert not others or people(others) >= K
    in_all = {one.node for one in everything.nodes}
    for node in {one.node for one in one_product.nodes} & in_all:
        others = [
            one for one in gifts if (one.generation, one.surface) == node and one.product != 1
        ]
        assert not others or people(others) >= K


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ({1: (5, 0), 2: (6, 0)}, {1, 2}),
        ({1: (5, 0), 2: (6, 0), 3: (1, 0)}, {2}),
        ({1: (5, 0), 2: (1, 0)}, set()),
        ({1: (5, 2), 2: (6, 0)}, {2}),
        ({1: (1, 0)}, set()),
        ({}, set()),
    ],
)
def test_with_a_small_part_the_smallest_that_could_be_told_is_left_out(
    parts: dict[int, tuple[int, int]], shown: set[int]
) -> None:
    assert may_be_told(parts, 5) == shown


def test_people_are_told_in_steps() -> None:
    assert chains.rounded(Reach(12, 4, 4, 3, 95), 5) == Reach(10, 0, 0, 0, 60)
    assert chains.rounded(Reach(12, 5, 9, 7, 95), 5) == Reach(10, 5, 5, 5, 60)
