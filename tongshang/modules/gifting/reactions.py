"""What gifting does, in the same transaction, on what payment and aftersale tell."""

from collections.abc import Sequence

from tongshang.modules.aftersale import api as aftersale
from tongshang.modules.aftersale.events import AftersaleMoved
from tongshang.modules.gifting.actions import returning, sending, telling
from tongshang.modules.gifting.store import portions
from tongshang.modules.payment.events import PaymentTaken, RefundDone, RefundFailed
from tongshang.runtime.call import Call


async def take_payments(call: Call, facts: Sequence[PaymentTaken]) -> None:
    """Presents that were paid are sent; money that came too late goes back."""
    await sending.take_payments(call, facts)


async def finish_refunds(call: Call, facts: Sequence[RefundDone]) -> None:
    """Portions whose money is back are through."""
    await returning.finish(call, facts)


async def note_failures(call: Call, facts: Sequence[RefundFailed]) -> None:
    """Money that could not go back is tried again."""
    await returning.fail(call, facts)


async def tell_givers(call: Call, facts: Sequence[AftersaleMoved]) -> None:
    """A giver is told what becomes of a gift whose receiver asks for a refund (reference 6.7)."""
    cases = await aftersale.get_aftersales(
        call.tx, sorted({(one.shop_id, one.aftersale_id) for one in facts})
    )
    gifts = {case.order_key: case for case in cases.values() if case.present_id}
    if not gifts:
        return
    found = await portions.find_by_order(call.tx, gifts)
    await telling.tell_people(
        call,
        [
            telling.News(
                case.giver_id, "aftersale", case.shop_id, case.present_id, case.order_id,
                case.buyer_id,
            )
            for key, case in gifts.items()
            if key in found
        ],
    )  # fmt: skip
