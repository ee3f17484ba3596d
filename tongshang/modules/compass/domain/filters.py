"""Who visits, and what of their events does not count (docs/events.md)."""

from collections.abc import Container, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b
from struct import Struct
from typing import Final

from tongshang.modules.compass.domain.events import EventDraft, EventKind, Mark, day_of

TWIN_WINDOW: Final = timedelta(minutes=30)
# What a person cannot do: so many cards half seen for a second within a second, so many clicks.
SEEN_PER_SECOND_MAX: Final = 40
CLICKS_PER_SECOND_MAX: Final = 5
# Until all processes have heard of a change of consent, and what they had in hand is written.
CONSENT_SETTLES: Final = timedelta(seconds=30)
# Floods, within a minute and a process: what is passed over, and what is not taken at all.
VISIT_COUNTED_MAX: Final = 600
VISIT_TAKEN_MAX: Final = 3_000
ADDRESS_TAKEN_MAX: Final = 60_000
_AGENTS_KNOWN_MAX: Final = 10_000

# --- who visits --------------------------------------------------------------------------------

_TWIN: Final = Struct(">qBqHqqqHqq")
_HALF_HOURS: Final = TWIN_WINDOW // timedelta(seconds=1)


def visit_number(secret: bytes, day: date, who: str) -> int:
    """A visit's number: the same all day for who comes with the same session or page.

    It is made with the platform's secret, so nobody can send another's, and another one every day:
    by it nobody is followed from day to day.
    """
    mark = blake2b(f"{day}:{who}".encode(), key=secret[:64], digest_size=8).digest()
    return int.from_bytes(mark, signed=True) or 1


def half_hour(at: datetime) -> int:
    """The number of the half hour in which it happened."""
    return int(at.timestamp()) // _HALF_HOURS


def twin(draft: EventDraft, kind: int, window: int) -> int:
    """A number that events have in common if they are doubles within a window."""
    body = _TWIN.pack(
        draft.visit_id,
        kind,
        window,
        draft.surface,
        draft.shop_id,
        draft.product_id,
        draft.content_id,
        draft.position,
        draft.carrier_id,
        draft.share_id,
    )
    return int.from_bytes(blake2b(body, digest_size=8).digest(), signed=True)


# --- filters -----------------------------------------------------------------------------------


class Agents:
    """Knows programs by their User-Agent."""

    def __init__(self, parts: Sequence[str]) -> None:
        """`parts` of texts that name programs, in lower case."""
        self._parts = tuple(parts)
        self._known: dict[str, bool] = {}

    def is_bot(self, agent: str) -> bool:
        """Whether it is a program; who says nothing is one."""
        found = self._known.get(agent)
        if found is None:
            said = agent.lower()
            found = not said.strip() or any(part in said for part in self._parts)
            if len(self._known) >= _AGENTS_KNOWN_MAX:
                self._known.clear()
            self._known[agent] = found
        return found


def is_too_fast(moments: Sequence[tuple[int, int]]) -> bool:
    """Whether (kind, millisecond) pairs of one batch are more than a person does in a second."""
    most = {EventKind.EXPOSURE: SEEN_PER_SECOND_MAX, EventKind.CLICK: CLICKS_PER_SECOND_MAX}
    for kind, limit in most.items():
        times = sorted(moment for one, moment in moments if one == kind)
        if any(
            later - earlier < 1000 for earlier, later in zip(times, times[limit:], strict=False)
        ):
            return True
    return False


class Floods:
    """How many events came in the running minute, from visits and addresses."""

    def __init__(self) -> None:
        """None yet."""
        self._minute = -1
        self._visits: dict[int, int] = {}
        self._addresses: dict[str, int] = {}

    def count(self, at: datetime, visit_id: int, address: str, events: int) -> tuple[int, int]:
        """Of so many more events, how many are counted and how many are taken at all."""
        minute = int(at.timestamp()) // 60
        if minute != self._minute:
            self._minute, self._visits, self._addresses = minute, {}, {}
        from_visit = self._visits.get(visit_id, 0)
        from_address = self._addresses.get(address, 0)
        self._visits[visit_id] = from_visit + events
        self._addresses[address] = from_address + events
        room = min(VISIT_TAKEN_MAX - from_visit, ADDRESS_TAKEN_MAX - from_address)
        taken = max(0, min(events, room))
        return max(0, min(taken, VISIT_COUNTED_MAX - from_visit)), taken


class Marked:
    """Events with what is known of them before the database is asked for their twins."""

    def __init__(self, drafts: Sequence[EventDraft], marks: Sequence[int]) -> None:
        """As many marks as drafts; what is not marked yet may be a double."""
        self.drafts = drafts
        self.marks = list(marks)
        self._keys = [
            None
            if mark or not draft.visit_id
            else (day_of(draft.at), twin(draft, draft.kind, half_hour(draft.at)))
            for draft, mark in zip(drafts, marks, strict=True)
        ]
        self._sights = {
            place: self._sights_of(draft)
            for place, draft in enumerate(drafts)
            if draft.kind == EventKind.CLICK and self._keys[place] is not None
        }

    @property
    def twins(self) -> list[tuple[date, int]]:
        """The twins of what may count, sorted, each once."""
        return sorted({key for key in self._keys if key is not None})

    @property
    def sights(self) -> list[tuple[date, int]]:
        """The twins that exposures of clicked cards have, in their half hour or the one before."""
        return sorted({key for keys in self._sights.values() for key in keys})

    @staticmethod
    def _sights_of(draft: EventDraft) -> tuple[tuple[date, int], ...]:
        window = half_hour(draft.at)
        before = day_of(draft.at - TWIN_WINDOW)
        return (
            (day_of(draft.at), twin(draft, EventKind.EXPOSURE, window)),
            (before, twin(draft, EventKind.EXPOSURE, window - 1)),
        )

    def judge(self, new: Container[tuple[date, int]], seen: Container[tuple[date, int]]) -> None:
        """Mark doubles, and clicks on what was not seen, given the twins that are new and known."""
        first: set[tuple[date, int]] = set()
        for place, key in enumerate(self._keys):
            if key is None:
                continue
            if key in new and key not in first:
                first.add(key)
            else:
                self.marks[place] = Mark.DOUBLE
        for place, sights in self._sights.items():
            if self.marks[place] == Mark.COUNTED and not any(key in seen for key in sights):
                self.marks[place] = Mark.UNSEEN
