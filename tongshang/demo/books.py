"""The demo's statements, and what the operator found beside the books."""

from datetime import date, datetime, timedelta, timezone
from typing import Final

from tongshang.demo.stage import Stage
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.runtime.call import Caller

_BEIJING: Final = timezone(timedelta(hours=8))
# Another channel's file tells of two payments that never became anybody's: number, fen.
_CHANNEL: Final = "unionpay"
_STRANGE: Final = ((8_800_000_000_001, 6_800), (8_800_000_000_002, 1_580))
_NOTE: Final = "银联联调时的测试单，已在渠道撤销，不入账"


async def keep(stage: Stage) -> None:
    """Every shop has a statement of its last closed day; of two differences one is explained."""
    await stage.finish_work()
    async with stage.calling() as call:
        shops = await identity.list_parties(call.tx, PartyKind.SHOP)
        (operator, *_) = await identity.list_parties(call.tx, PartyKind.PLATFORM)
    closed = ""
    for shop in shops:
        caller = identity.shop_caller(shop)
        page = await stage.ask(caller, "/v1/shop/statements/list", period="day")
        closed = closed or page.closed_through
        for one in page.periods[:1]:
            path = "/v1/shop/statements/make"
            await stage.ask(caller, path, period="day", starts=one.starts)
    if closed and shops:
        await _compare(stage, identity.operator_caller(operator), closed, shops[0].party_id)
    await stage.finish_work()


async def _compare(stage: Stage, operator: Caller, day: str, shop_id: int) -> None:
    at = datetime.combine(date.fromisoformat(day), datetime.min.time(), _BEIJING)
    rows = [
        f"payment,{shop_id},{number},U{number},{fen},{(at + timedelta(hours=20)).isoformat()}\n"
        for number, fen in _STRANGE
    ]
    total = sum(fen for _, fen in _STRANGE)
    content = (
        "kind,sub_mchid,out_no,channel_no,amount_fen,success_time\n"
        + "".join(rows)
        + f"total,,{len(rows)},,{total},\n"
    )
    path = "/v1/platform/reconciliation"
    await stage.ask(operator, f"{path}/import", day=day, channel=_CHANNEL, content=content)
    found = await stage.ask(operator, f"{path}/differences")
    for one in found.differences[:1]:
        await stage.ask(operator, f"{path}/resolve", difference_id=one.difference_id, note=_NOTE)
