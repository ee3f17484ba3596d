"""A closed day on the stage, statements of everybody, and a difference with the channel."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from tests.platform import calling, finish_work
from tongshang.modules.identity.api import agency_caller, find_by_appids
from tongshang.modules.statements.actions.closing import close_due
from tongshang.modules.statements.domain.days import day_of

if TYPE_CHECKING:
    from tests.hostile.stage import Stage

_ROLES: Final = ("shop", "promoter", "agency", "sharer")
# What the stage did today was yesterday, as far as its books are concerned.
_YESTERDAY: Final = "update entries set at = at - interval '1 day'"
_DIFFERENCE: Final = """
    insert into differences (book_id, difference_id, channel, day, fault, kind, number, channel_no,
                             channel_fen, books_fen, state, found_at)
    values (1, 5000000000000000001, 'bank', $1, 'missing', 'payment', 7, '42', 500, 0, 'open', $2)
"""


async def furnish_books(stage: "Stage") -> None:
    """Yesterday closed, a statement of it made for each kind of party, something not alike."""
    market = stage.market
    async with calling(market.opened) as call:
        yesterday = day_of(call.at) - timedelta(days=1)
        await call.tx.execute(_YESTERDAY)
        while await close_due(call):
            pass
        await call.tx.execute(_DIFFERENCE, yesterday, call.at)
        found = await find_by_appids(call.tx, [stage.ids["headsupplier_appid"]])
        agency = agency_caller(found[stage.ids["headsupplier_appid"]])
    stage.ids |= {"closed_day": yesterday.isoformat(), "difference_id": "5000000000000000001"}
    people = (market.shop, market.promoter, agency, market.buyer)
    for role, who in zip(_ROLES, people, strict=True):
        path, day = f"/v1/{role}/statements", {"period": "day", "starts": yesterday.isoformat()}
        made = await market.ask(who, f"{path}/make", **day)
        (line, *_) = (await market.ask(who, f"{path}/lines", **day)).lines
        stage.ids |= {f"{role} statement": made.statement_id, f"{role} line": line.line_id}
    await finish_work(market.opened)


def good_books(stage: "Stage") -> dict[str, dict[str, Any]]:
    """Good requests about statements and the channel's files."""
    ids = stage.ids
    day = {"period": "day", "starts": ids["closed_day"]}
    asked: dict[str, dict[str, Any]] = {}
    for role in _ROLES:
        path = f"/v1/{role}/statements"
        named = {"statement_id": ids[f"{role} statement"]}
        asked |= {
            f"{path}/list": {"period": "day"},
            f"{path}/make": day,
            f"{path}/lines": day,
            f"{path}/get": named,
            f"{path}/file": {**named, "kind": "csv", "part": 0},
            f"{path}/prove": {"line_id": ids[f"{role} line"]},
        }
    empty = "kind,sub_mchid,out_no,channel_no,amount_fen,success_time\ntotal,,0,,0,\n"
    path = "/v1/platform/reconciliation"
    return asked | {
        "/v1/explain": {"kind": "line", "id": ids["shop line"], "party_id": ""},
        f"{path}/import": {"day": ids["closed_day"], "content": empty, "channel": "bank"},
        f"{path}/differences": {"state": "open", "day": ids["closed_day"]},
        f"{path}/resolve": {"difference_id": ids["difference_id"], "note": "渠道测试"},
    }
