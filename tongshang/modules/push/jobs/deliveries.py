"""Work with receivers: verification and delivery."""

from typing import Final

import msgspec

from tongshang.modules.push import actions, sending, store
from tongshang.modules.push.domain import PushRef, Verdict, verdict
from tongshang.modules.push.machine import PUSH, TARGET, PushMove, PushState, TargetMove
from tongshang.runtime.call import House
from tongshang.runtime.db import transaction
from tongshang.runtime.jobs import Due, Errand, Outcome


async def deliver(house: House, job: Due) -> Outcome:
    """Deliver one push once; what follows is in the journal and in the job's next time."""
    ref = msgspec.json.decode(job.body, type=PushRef)
    async with house.pool.acquire() as connection:
        parcel = await store.find_parcel(connection, ref)
    if parcel is None:  # replayed, or delivered by a worker that died before it could say so
        return Outcome()
    attempts, at = parcel.push.attempts, house.clock.now()
    if parcel.target is None:
        kept = PUSH.step(PushState.WAITING, PushMove.KEEP)
        decided = Verdict(kept, attempts, "no address is in use")
    else:
        failure = await sending.deliver(parcel.target, parcel.push, at)
        decided = verdict(attempts, failure, at)
    async with transaction(house.pool) as tx:
        await store.note_verdict(tx, ref, decided)
    return Outcome(again_at=decided.again_at)


async def verify(house: House, job: Due) -> Outcome:
    """Ask an address to echo, and put it into use or refuse it."""
    asked = msgspec.json.decode(job.body, type=actions.Verification)
    async with house.pool.acquire() as connection:
        targets = await store.find_targets(connection, [asked.shop_id])
    at = house.clock.now()
    for target in targets:
        if target.target_id == asked.target_id and target.state is TARGET.start:
            failure = await sending.verify(target, at)
            move = TargetMove.VERIFY if failure is None else TargetMove.REFUSE
            state = TARGET.step(target.state, move)
            async with transaction(house.pool) as tx:
                await store.judge_target(
                    tx, asked.shop_id, asked.target_id, state, failure or "", at
                )
    return Outcome()


DELIVER: Final = Errand(actions.DELIVER, deliver)
VERIFY: Final = Errand(actions.VERIFY, verify)
