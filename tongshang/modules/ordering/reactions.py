"""What ordering does, in the same transaction, when money came in."""

from collections.abc import Sequence

from tongshang.modules.ordering.actions import paying
from tongshang.modules.payment.events import PaymentTaken
from tongshang.runtime.call import Call


async def take_payments(call: Call, facts: Sequence[PaymentTaken]) -> None:
    """Orders that were paid wait for shipment; money that came too late goes back."""
    await paying.take_payments(call, facts)
