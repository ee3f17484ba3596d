"""Thanks, with words and a picture."""

from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.actions import telling
from tongshang.modules.gifting.domain.claiming import own_portion
from tongshang.modules.gifting.events import Thanked
from tongshang.modules.gifting.machine import PortionState
from tongshang.modules.gifting.store import portions, presents
from tongshang.modules.governance import api as governance
from tongshang.modules.media import api as media
from tongshang.runtime.call import Call

PresentKey = tuple[int, int]  # shop_id, present_id


async def thank(call: Call, key: PresentKey, buyer_id: int, text: str, picture_url: str) -> None:
    """Thank a giver, once, for what one has accepted."""
    if reasons := governance.judge([text]):
        raise refusals.WordsForbidden(reason="; ".join(reasons))
    if picture_url and not media.is_ours(picture_url):
        raise refusals.PictureNotOurs
    present = (await presents.find_presents(call.tx, [key]))[key]
    parts = (await portions.list_portions(call.tx, [key]))[key]
    mine = own_portion(parts, buyer_id)
    if mine is None or mine.state is not PortionState.ORDERED:
        raise refusals.NotOrdered
    if not await portions.thank(call.tx, mine.order_key, text, picture_url, call.at):
        raise refusals.ThankedBefore
    await telling.tell_people(call, [telling.to_giver("thanked", present, mine, buyer_id)])
    await call.tell(Thanked(*key, mine.order_id, present.giver_id, buyer_id, call.at))


async def show_on_wall(call: Call, key: PresentKey, buyer_id: int, *, is_shown: bool) -> None:
    """Let friends see, or not, that one received a gift."""
    parts = (await portions.list_portions(call.tx, [key]))[key]
    mine = own_portion(parts, buyer_id)
    if mine is None:
        raise refusals.PresentNotFound
    await portions.show_on_wall(call.tx, mine.order_key, is_shown=is_shown)
