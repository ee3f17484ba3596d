"""Bank accounts, withdrawals and confirmation codes of everybody on the stage."""

from typing import TYPE_CHECKING, Any, Final

from tests.platform import ask, calling
from tongshang.kernel.ids import Named
from tongshang.kernel.money import Fen
from tongshang.modules.funds.actions import confirming
from tongshang.modules.funds.domain.codes import Code, Purpose
from tongshang.modules.identity.api import agency_caller, find_by_appids, parties_behind
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Account, AccountKind, Cause, Entry, Posting
from tongshang.modules.settlement.domain.values import (
    Flow,
    FlowType,
    FundsType,
    PartyFlow,
)
from tongshang.modules.settlement.store import flows, purses
from tongshang.runtime.call import Call

if TYPE_CHECKING:
    from tests.hostile.stage import Stage

_ACCOUNT: Final = {
    "account_bank": "招商银行", "address_code": "350100", "number": "6225880123456789",
}  # fmt: skip
_KINDS: Final = {
    "promoter": "PRIVATE",
    "shop": "PRIVATE",
    "agency": "BUSINESS",
    "sharer": "PRIVATE",
}
# Asked for yesterday, so that today's is still to come; and in no hurry.
_YESTERDAY: Final = "update withdrawals set day = day - 1"
_LASTING: Final = "update confirmation_codes set expires_at = expires_at + interval '1 year'"


async def furnish_funds(stage: "Stage") -> None:
    """Everybody has a bank account, money, and a withdrawal that waits to be confirmed."""
    market = stage.market
    async with calling(market.opened) as call:
        appid = stage.ids["headsupplier_appid"]
        agency = (await find_by_appids(call.tx, [appid]))[appid]
        behind = await parties_behind(call.tx, [market.buyer.buyer_id])
        sharer_id = min(behind[market.buyer.buyer_id])
        owners = {
            "shop": Account(market.shop.party_id, AccountKind.SHOP_AVAILABLE),
            "promoter": _own(stage, AccountKind.PROMOTER, market.promoter.party_id),
            "agency": _own(stage, AccountKind.AGENCY, agency.party_id),
            "sharer": _own(stage, AccountKind.SHARER, sharer_id),
        }
        await _earn(call, list(owners.values()))
        await _book(call, stage, agency.party_id)
        scanned = [await _identity(call, one) for one in (market.shop.party_id, sharer_id)]
    stage.ids |= {"shop_code": scanned[0].ticket, "sharer_code": scanned[1].ticket}
    callers = {
        "shop": market.shop, "promoter": market.promoter, "agency": agency_caller(agency),
        "sharer": market.buyer,
    }  # fmt: skip
    for who, caller in callers.items():
        account = {**_ACCOUNT, "kind": f"ACCOUNT_TYPE_{_KINDS[who]}"}
        await ask(market.opened, caller, f"/v1/{who}/funds/bankaccount/set", **account)
        path = f"/v1/{who}/funds/withdrawal/submit"
        told = await ask(market.opened, caller, path, amount_fen=100)
        stage.ids[f"{who}_withdrawal"] = told.withdrawal.withdrawal_id
        stage.ids[f"{who}_ticket"] = told.confirmation.ticket
    path = "/v1/sandbox/qr/scan"
    for name in ("shop_code", "sharer_code"):
        await ask(market.opened, market.buyer, path, ticket=stage.ids[name])
    async with calling(market.opened) as call:
        await call.tx.execute(_YESTERDAY)
        await call.tx.execute(_LASTING)


def _own(stage: "Stage", kind: AccountKind, party_id: int) -> Account:
    return Account(stage.market.shop.party_id, kind, party_id)


async def _earn(call: Call, accounts: list[Account]) -> None:
    book = accounts[0].book_id
    world = Account(book, AccountKind.CHANNEL)
    postings = tuple(Posting(world, one, Fen(10_000)) for one in accounts)
    cause = Cause("test", call.take_id(Named.ENTRY))
    await ledger.post(call, [Entry(book, cause, postings, call.at)])


async def _book(call: Call, stage: "Stage", agency_id: int) -> None:
    """A flow of the alliance's ledger, and one of the agency's."""
    shop_id, cause = stage.market.shop.party_id, Cause("test", 1)
    shop_flow, agency_flow = call.take_ids(Named.FLOW, 2)
    paid = Flow(
        shop_id, FundsType.AGENCY_SERVICE, FlowType.OUT, 100, call.at, 0, cause, flow_id=shop_flow
    )  # fmt: skip
    share = PartyFlow(agency_id, shop_id, FundsType.AGENCY_SERVICE, 100, call.at, cause)
    await flows.add_flows(call.tx, [paid])
    await purses.add_party_flows(call.tx, [share], [agency_flow])
    stage.ids |= {"league_flow": str(shop_flow), "agency_flow": str(agency_flow)}


async def _identity(call: Call, party_id: int) -> Code:
    return await confirming.make(call, party_id, Purpose.IDENTITY)


def good_funds(stage: "Stage") -> dict[str, dict[str, Any]]:
    """Good requests about bank accounts and withdrawals."""
    ids = stage.ids
    info = {
        "bank_account_type": "ACCOUNT_TYPE_PRIVATE", "account_bank": "招商银行",
        "bank_address_code": "350100", "account_number": "6225880123456789",
    }  # fmt: skip
    more = {"account_bank4show": "", "bank_branch_id": "", "bank_name": "", "account_name": ""}
    asked, code = {"amount": 100, "remark": "", "bank_memo": ""}, "/shop/funds/qrcode"
    pages = {"page_num": 1, "page_size": 10}
    made: dict[str, dict[str, Any]] = {
        "/channels/ec/funds/setbankacct": {"account_info": {**info, **more}},
        "/shop/funds/setbankaccount": {"account_info": info},
        "/channels/ec/funds/submitwithdraw": asked,
        "/shop/funds/submitwithdraw": asked,
        "/channels/ec/funds/getwithdrawlist": {"start_time": 0, "end_time": 0, **pages},
        "/channels/ec/funds/getwithdrawdetail": {"withdraw_id": ids["shop_withdrawal"]},
        "/shop/funds/getwithdrawdetail": {"out_request_no": ids["shop_withdrawal"]},
        "/shop/funds/getbankbynum": {"account_number": "6225880123456789"},
        "/shop/funds/getcity": {"province_code": 1},
        "/shop/funds/getsubbranch": {"city_code": 10, "bank_code": "1000009561"},
        "/shop/funds/scanorderflow": {"date": "20261101", **pages},
        "/shop/funds/getorderflow": {"funds_flow_id": ids["flow_id"]},
        "/v1/promoter/funds/name/set": {"real_name": "阿宁"},
        "/v1/sharer/funds/name/set": {"real_name": "林晓"},
        f"{code}/gen": {"identity_type": 1},
        f"{code}/get": {"qrcode_ticket": ids["shop_ticket"]},
        f"{code}/check": {"qrcode_ticket": ids["shop_ticket"]},
        "/channels/ec/league/funds/getfundsflowdetail": {"flow_id": ids["league_flow"]},
        "/channels/ec/league/headsupplier/funds/flowdetail/get": {"flow_id": ids["agency_flow"]},
        "/v1/sandbox/qr/get": {"ticket": ids["shop_ticket"]},
        "/v1/sandbox/qr/scan": {"ticket": ids["shop_ticket"], "scanner": "administrator"},
        "/v1/sandbox/qr/cancel": {"ticket": ids["shop_ticket"]},
        "/v1/sandbox/qr/confirm": {"ticket": ids["shop_code"]},
        "/v1/buyer/qr/get": {"ticket": ids["sharer_ticket"]},
        "/v1/buyer/qr/scan": {"ticket": ids["sharer_ticket"]},
        "/v1/buyer/qr/cancel": {"ticket": ids["sharer_ticket"]},
        "/v1/buyer/qr/confirm": {"ticket": ids["sharer_code"]},
    }
    for who, kind in _KINDS.items():
        path, of = f"/v1/{who}/funds", {"withdrawal_id": ids[f"{who}_withdrawal"]}
        draft = {"kind": f"ACCOUNT_TYPE_{kind}", "shown_bank": "", "branch_id": ""}
        made |= {
            f"{path}/bankaccount/set": {**_ACCOUNT, **draft, "branch_name": "", "holder": ""},
            f"{path}/withdrawal/submit": {"amount_fen": 100, "remark": "", "bank_memo": ""},
            f"{path}/withdrawal/get": of,
            f"{path}/withdrawal/cancel": of,
        }
    return made
