"""What aftersale does, in the same transaction, when money is back or could not go back."""

from collections.abc import Sequence

from tongshang.modules.aftersale import actions
from tongshang.modules.payment.events import RefundDone, RefundFailed
from tongshang.runtime.call import Call


async def finish_refunds(call: Call, facts: Sequence[RefundDone]) -> None:
    """Cases whose money is back have succeeded."""
    keys = [(one.shop_id, one.cause_id) for one in facts if one.cause_kind == actions.CAUSE]
    if keys:
        await actions.finish(call, keys)


async def note_failures(call: Call, facts: Sequence[RefundFailed]) -> None:
    """Cases whose money could not go back wait for the shop to try again."""
    keys = [(one.shop_id, one.cause_id) for one in facts if one.cause_kind == actions.CAUSE]
    if keys:
        await actions.fail(call, keys)
