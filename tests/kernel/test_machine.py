"""A lifecycle with a hole does not import."""

from enum import StrEnum

import pytest

from tongshang.kernel.machine import IllegalMove, Machine, arrow


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    GONE = "gone"


class Push(StrEnum):
    SHUT = "shut"
    OPEN = "open"
    REMOVE = "remove"


MOVES = {
    Push.SHUT: arrow(Door.OPEN, to=Door.SHUT),
    Push.OPEN: arrow(Door.SHUT, to=Door.OPEN),
    Push.REMOVE: arrow(Door.OPEN, Door.SHUT, to=Door.GONE),
}
DOOR = Machine("door", Door.OPEN, frozenset({Door.GONE}), MOVES)


def test_a_move_leads_where_the_table_says() -> None:
    assert DOOR.step(Door.OPEN, Push.SHUT) is Door.SHUT
    assert DOOR.open_moves(Door.SHUT) == {Push.OPEN, Push.REMOVE}
    assert not DOOR.allows(Door.GONE, Push.OPEN)


def test_a_move_from_elsewhere_is_refused_by_name() -> None:
    with pytest.raises(IllegalMove) as refused:
        DOOR.step(Door.GONE, Push.OPEN)
    assert refused.value.message() == "The move open is not possible in state gone."


@pytest.mark.parametrize(
    ("moves", "ends", "says"),
    [
        ({k: v for k, v in MOVES.items() if k != Push.REMOVE}, {Door.GONE}, "no move reaches gone"),
        (MOVES, set[Door](), "no move leaves gone"),
        (MOVES, {Door.GONE, Door.SHUT}, "is an end, yet a move leaves it"),
    ],
)
def test_a_hole_in_the_table_stops_the_program(
    moves: dict[Push, object], ends: set[Door], says: str
) -> None:
    with pytest.raises(TypeError, match=says):
        Machine("door", Door.OPEN, frozenset(ends), moves)  # type: ignore[arg-type]


def test_the_diagram_is_the_table() -> None:
    assert "    open --> shut: shut" in DOOR.diagram().splitlines()
    assert "    gone --> [*]" in DOOR.diagram().splitlines()
