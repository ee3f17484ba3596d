"""Taking events in."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.compass.domain import events
from tongshang.modules.compass.domain.events import EventDraft, Mark, Rejected
from tongshang.modules.compass.domain.filters import Marked
from tongshang.modules.compass.store import log
from tongshang.runtime.call import Call

_DAYS: Final = "compass.days"


async def ensure_days(call: Call, days: Sequence[date]) -> None:
    """See to it that the days have partitions. Recent ones that were once seen are not asked for:
    they are dropped only when they are old.
    """
    seen: set[date] = call.house.memory.setdefault(_DAYS, set())
    recent = events.day_of(call.at) - timedelta(days=events.KEPT_DAYS_MIN - 1)
    unsure = [day for day in days if day < recent or day not in seen]
    if not unsure:
        return
    missing = await log.list_missing_days(call.tx, unsure)
    # What this transaction makes may be rolled back, so only what was there is remembered.
    seen.update(day for day in unsure if day >= recent and day not in missing)
    if missing:
        await log.add_days(call.tx, missing)


async def record(call: Call, drafts: Sequence[EventDraft]) -> None:
    """Write what the platform itself knows: nothing of it is doubted."""
    if drafts:
        await ensure_days(call, events.days_of(draft.at for draft in drafts))
        load_id = call.take_id(Named.EVENT_LOAD)
        marks = [Mark.COUNTED] * len(drafts)
        await log.add_load(call.tx, load_id, call.at, drafts, marks, Rejected())


async def write(
    call: Call, drafts: Sequence[EventDraft], marks: Sequence[int], rejected: Rejected
) -> None:
    """Write what clients sent, doubles and clicks on the unseen marked."""
    marked = Marked(drafts, marks)
    new = await log.add_twins(call.tx, marked.twins)
    marked.judge(new, await log.find_twins(call.tx, marked.sights))
    load_id = call.take_id(Named.EVENT_LOAD)
    await log.add_load(call.tx, load_id, call.at, drafts, marked.marks, rejected)
