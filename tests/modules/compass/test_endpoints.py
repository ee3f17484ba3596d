import httpx

from tests.market import Market
from tests.modules.compass.sending import event, rows, send
from tongshang.modules.compass.domain.events import EventKind


async def test_what_a_page_saw_is_written_once_with_where_it_was(
    client: httpx.AsyncClient, market: Market
) -> None:
    card = await market.card(market.tea)
    seen = event(EventKind.EXPOSURE, card=card)
    answer = await send(client, seen, seen, event(EventKind.CLICK, card=card))
    assert answer.json() == {"accepted": 3, "rejected": 0}, answer.text
    written = await rows(market)
    assert [(one["kind"], one["mark"]) for one in written] == [(1, 0), (1, 1), (2, 0)]
