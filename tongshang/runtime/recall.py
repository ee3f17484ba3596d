"""What a process remembers for a moment, so that it need not ask the database each time."""

import time
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")

SIZE_MAX: Final = 10_000


class Recall(Generic[Value]):
    """Values by key, each for some seconds, under an owner whose values can be dropped at once.

    Other processes do not hear of that: a value is remembered no longer than they may be wrong.
    """

    def __init__(self, seconds: float, size_max: int = SIZE_MAX) -> None:
        """Nothing remembered yet."""
        self._seconds = seconds
        self._size_max = size_max
        self._values: dict[str, tuple[float, Hashable, Value]] = {}
        self._barred: dict[Hashable, float] = {}

    def get(self, key: str) -> Value | None:
        """The value, where it is still remembered."""
        found = self._values.get(key)
        return found[2] if found and time.monotonic() < found[0] else None

    def keep(self, key: str, owner: Hashable, value: Value) -> None:
        """Remember a value, unless its owner is barred; when full, forget everything."""
        now = time.monotonic()
        if self._barred.get(owner, 0.0) > now:
            return
        if len(self._values) >= self._size_max:
            self._values.clear()
        self._values[key] = (now + self._seconds, owner, value)

    def drop(self, owner: Hashable, bar_seconds: float) -> None:
        """Forget the owner's values, and keep none for a while.

        Called before the change is committed: what others read meanwhile is the state before it.
        """
        now = time.monotonic()
        self._barred = {o: until for o, until in self._barred.items() if until > now}
        self._barred[owner] = now + bar_seconds
        self._values = {k: v for k, v in self._values.items() if v[1] != owner}
