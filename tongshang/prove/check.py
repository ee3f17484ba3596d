"""What a check is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tongshang.runtime.db import Connection


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: its sentence, how many things it looks at, and the query for breaches."""

    name: str
    says: str
    looks_at: str
    breaches: str


@dataclass(frozen=True, slots=True)
class Walk:
    """An invariant that no query can ask: `find` goes through all and gives what breaks it."""

    name: str
    says: str
    looks_at: str
    find: Callable[[Connection], Awaitable[list[dict[str, Any]]]]
