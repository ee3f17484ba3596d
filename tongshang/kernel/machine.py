"""Lifecycles as tables: which moves lead from which states to which."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Generic, TypeVar

from tongshang.kernel.refusal import Kind, Refusal

State = TypeVar("State", bound=Enum)
Move = TypeVar("Move", bound=StrEnum)


class IllegalMove(
    Refusal, code=9000001, kind=Kind.CONFLICT, zh="当前状态“{state}”不能执行“{move}”"
):
    """The move {move} is not possible in state {state}."""


@dataclass(frozen=True, slots=True)
class Arrow(Generic[State]):
    """From any of `sources` to one `target`."""

    sources: frozenset[State]
    target: State


def arrow(*sources: State, to: State) -> Arrow[State]:
    """Any of `sources`, leading `to` one target."""
    return Arrow(frozenset(sources), to)


@dataclass(frozen=True, slots=True)
class Machine(Generic[State, Move]):
    """Which moves lead from which states to which.

    The table says what may happen, and nothing of why or what follows: guards are decisions
    (`domain.py`), consequences are actions (`actions.py`). A move has one target. Where the target
    depends on data there are two moves, and the domain names which.
    """

    name: str
    start: State
    ends: AbstractSet[State]
    moves: Mapping[Move, Arrow[State]]

    def __post_init__(self) -> None:
        """Refuse to import a table with a hole in it."""
        states, reached = set(type(self.start)), {self.start}
        for _ in states:
            reached |= {a.target for a in self.moves.values() if a.sources & reached}
        exits = {state for a in self.moves.values() for state in a.sources}
        if lost := states - reached:
            raise TypeError(f"{self.name}: no move reaches {_names(lost)}")
        if stuck := states - exits - self.ends:
            raise TypeError(f"{self.name}: no move leaves {_names(stuck)}, and it is not an end")
        if leaking := exits & self.ends:
            raise TypeError(f"{self.name}: {_names(leaking)} is an end, yet a move leaves it")

    def step(self, state: State, move: Move) -> State:
        """The state that `move` leads to from `state`."""
        if state not in self.moves[move].sources:
            raise IllegalMove(state=state.name.lower(), move=move.value)
        return self.moves[move].target

    def allows(self, state: State, move: Move) -> bool:
        """Whether `move` may be made in `state`."""
        return state in self.moves[move].sources

    def open_moves(self, state: State) -> set[Move]:
        """What may be done in `state`; the buttons that a page shows."""
        return {move for move, a in self.moves.items() if state in a.sources}

    def diagram(self) -> str:
        """The table as Mermaid, for the manual."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield "stateDiagram-v2"
        yield f"    [*] --> {self.start.name.lower()}"
        for move, a in self.moves.items():
            for source in sorted(a.sources, key=lambda state: state.name):
                yield f"    {source.name.lower()} --> {a.target.name.lower()}: {move.value}"
        for end in sorted(self.ends, key=lambda state: state.name):
            yield f"    {end.name.lower()} --> [*]"


def _names(states: AbstractSet[Enum]) -> str:
    return ", ".join(sorted(state.name.lower() for state in states))
