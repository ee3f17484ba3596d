"""Money in and money back: once each, however gateways and people behave."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Final

import pytest

from tests.platform import calling, finish_work
from tongshang.app import Opened
from tongshang.kernel.ids import Named
from tongshang.modules.payment import actions, api, jobs
from tongshang.modules.payment.api import ChargeDraft, PaymentState
from tongshang.runtime.call import Call, Tells

SHOP: Final = 10_00000000000000001
KIND: Final = "order"


async def test_a_batch_is_charged_and_its_notices_arrive(opened: Opened) -> None:
    drafts = [ChargeDraft(SHOP, KIND, n, 7, 100 + n, confirm=True) for n in range(1, 6)]
    async with calling(opened) as call:
        charges = await api.charge(call, drafts)
        assert await api.charge(call, drafts) == charges
    await finish_work(opened)
    async with calling(opened) as call:
        paid = await api.payments_of(call.tx, SHOP, KIND, [1, 2, 3, 4, 5])
    assert {payment.state for payment in paid.values()} == {PaymentState.PAID}
