"""Who allows that what pages saw of them bears their name; who takes it back is forgotten."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from tongshang.modules.compass.domain import filters
from tongshang.modules.compass.store import consents, log
from tongshang.runtime import jobs
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import Due, Job
from tongshang.runtime.recall import Recall

FORGET_JOB: Final = "compass.forget"
_CONSENTS: Final = "compass.consents"
_KEPT_SECONDS: Final = 5.0  # how long another process may not have heard of a change


class Forget(msgspec.Struct):
    """Whose name comes off his events."""

    buyer_id: int


async def consents_of(call: Call, buyer_ids: Iterable[int]) -> dict[int, str]:
    """What buyers said, `yes` or `no`; nothing where they said nothing. Remembered for seconds."""
    recall: Recall[str] = call.house.memory.setdefault(_CONSENTS, Recall(_KEPT_SECONDS))
    wanted = {buyer_id for buyer_id in buyer_ids if buyer_id}
    found = {one: said for one in wanted if (said := recall.get(str(one))) is not None}
    unknown = sorted(wanted - set(found))
    if unknown:
        words = await consents.find(call.tx, unknown)
        for one in unknown:
            found[one] = "" if one not in words else "yes" if words[one] else "no"
            recall.keep(str(one), one, found[one])
    return found


async def set_consent(call: Call, *, consents_now: bool) -> None:
    """Keep what the buyer says; a no also takes the name off what was seen before."""
    await consents.save(call.tx, call.buyer_id, consents_now, call.at)
    recall: Recall[str] = call.house.memory.setdefault(_CONSENTS, Recall(_KEPT_SECONDS))
    recall.drop(call.buyer_id, _KEPT_SECONDS)
    if not consents_now:
        # After those that were on their way with the old word are in.
        body = msgspec.json.encode(Forget(call.buyer_id))
        at = call.at + filters.CONSENT_SETTLES
        await jobs.add(call, [Job(FORGET_JOB, body, at, owner_id=call.buyer_id)])


async def forget(call: Call, due: Sequence[Due]) -> None:
    """Take names off what pages saw, day by day; who consented again since keeps his."""
    ids = {msgspec.json.decode(job.body, type=Forget).buyer_id for job in due}
    said = await consents.find(call.tx, sorted(ids))
    for buyer_id in sorted(ids):
        if said.get(buyer_id) is False:
            for day in await log.list_days(call.tx):
                await consents.forget(call.tx, buyer_id, day)
