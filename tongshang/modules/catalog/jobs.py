"""What the catalog does right after the commit: judge drafts."""

from collections.abc import Sequence
from typing import Final

import msgspec

from tongshang.modules.catalog import actions
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import Due, Task

_ticket = msgspec.json.Decoder(actions.AuditTicket)


async def _audit(call: Call, due: Sequence[Due]) -> None:
    await actions.judge(call, [_ticket.decode(job.body) for job in due])


TASKS: Final = (Task(actions.AUDIT_JOB, _audit, batch=50),)
