"""The process's maker of ids (their form: `kernel/ids.py`)."""

import time

from tongshang.kernel.ids import PER_MS_MAX, Named, pack


class Ids:
    """Makes ids that no other worker of the platform makes, each later than the one before.

    Ids carry the machine's time even where the platform's clock was moved, so that moving it back
    never makes an id twice. When a millisecond is used up the next one is borrowed.
    """

    def __init__(self, worker: int) -> None:
        """`worker` is this process's number, held by an advisory lock (`runtime/db.py`)."""
        self._worker = worker
        self._ms = 0
        self._sequence = 0

    def take(self, named: Named) -> int:
        """One new id."""
        now = time.time_ns() // 1_000_000
        if now > self._ms:
            self._ms, self._sequence = now, 0
        elif self._sequence == PER_MS_MAX:
            self._ms, self._sequence = self._ms + 1, 0
        self._sequence += 1
        return pack(named, self._ms, self._worker, self._sequence - 1)

    def block(self, named: Named, count: int) -> list[int]:
        """`count` new ids, in rising order."""
        ids: list[int] = []
        while len(ids) < count:
            first = self.take(named)
            # Those of one millisecond are neighbours.
            more = min(count - len(ids), PER_MS_MAX - self._sequence + 1)
            ids += range(first, first + more)
            self._sequence += more - 1
        return ids
