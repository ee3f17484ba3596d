"""The platform as the demo's loading asks it: any caller, any endpoint, at any time of the past."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tongshang.app import Opened
from tongshang.runtime import jobs
from tongshang.runtime.call import NOBODY, Call, Caller
from tongshang.runtime.clock import machine_now
from tongshang.runtime.db import transaction
from tongshang.runtime.rpc import admit, perform


@dataclass(frozen=True, slots=True)
class Stage:
    """A house of our own, whose clock only we see: no other process's time is moved."""

    opened: Opened

    def go_to(self, moment: datetime) -> None:
        """From here on it is `moment`."""
        self.opened.house.clock.offset = moment - machine_now()

    def return_to_now(self) -> None:
        """The past is over."""
        self.opened.house.clock.offset = timedelta(0)

    @property
    def nobody(self) -> Caller:
        """Somebody who has not signed in."""
        return NOBODY

    async def ask(self, caller: Caller, path: str, **fields: object) -> Any:
        """What the endpoint at `path` answers; raises its refusal."""
        endpoint = self.opened.house.registry.find(path)
        admit(endpoint, caller)
        request = msgspec.convert(fields, type=endpoint.takes, strict=False)
        return await perform(self.opened.house, endpoint, caller, request)

    @contextlib.asynccontextmanager
    async def calling(self) -> AsyncIterator[Call]:
        """A call of the house's own, committed when the block ends."""
        house = self.opened.house
        async with transaction(house.pool) as tx:
            yield Call(tx, house.clock.now(), NOBODY, house)

    async def finish_tasks(self) -> None:
        """Do the tasks that are due by now, and nothing of what runs on the clock."""
        while await jobs.work_once(self.opened.house, self.opened.works):
            pass

    async def finish_work(self) -> None:
        """Do all that is due by now."""
        await jobs.drain(self.opened.house, self.opened.works)
