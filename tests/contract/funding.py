"""A shop's program sets its bank account and withdraws; an agency's reads its ledger."""

from datetime import timedelta
from typing import Any

from tests.contract.session import Program
from tests.platform import ask, calling, finish_work
from tongshang.kernel.ids import Named
from tongshang.modules.identity.api import PartyDraft, PartyKind, add_parties
from tongshang.modules.ledger.api import Cause
from tongshang.modules.settlement.domain.values import FundsType, PartyFlow
from tongshang.modules.settlement.store import purses

_OLD = "/shop/funds"


async def funded(program: Program) -> None:
    """From a bank account to money in it, and what is read of it meanwhile."""
    await _account(program)
    await _withdrawn(program)
    await _ledgers(program)
    await _agency(program)


async def _account(program: Program) -> None:
    (bank,) = (await program.call(f"{_OLD}/getbankbynum", account_number="6225880123456789"))[
        "data"
    ]
    await program.call(f"{_OLD}/getbanklist", key_words="银行", limit=2)
    await program.call(f"{_OLD}/getprovince")
    cities = (await program.call(f"{_OLD}/getcity", province_code=14))["data"]
    of = {"city_code": cities[0]["city_code"], "bank_code": bank["bank_code"]}
    branches = (await program.call(f"{_OLD}/getsubbranch", **of))["data"]
    info = {
        "bank_account_type": "ACCOUNT_TYPE_PRIVATE", "account_bank": bank["account_bank"],
        "bank_address_code": cities[0]["bank_address_code"], "account_number": "6225880123456789",
    }  # fmt: skip
    await program.call(f"{_OLD}/setbankaccount", account_info=info)
    whole = {**info, "account_bank4show": "招商银行", "bank_branch_id": branches[0]["branch_id"]}
    await program.call("funds/setbankacct", account_info=whole)
    await program.call("funds/getbankacct")
    await program.call(f"{_OLD}/getbankaccount")


async def _withdrawn(program: Program) -> None:
    opened = program.market.opened
    opened.house.demo = True
    asked = await program.call("funds/submitwithdraw", amount=100, remark="六月", bank_memo="货款")
    code = {"qrcode_ticket": asked["qrcode_ticket"]}
    await program.call(f"{_OLD}/qrcode/get", **code)
    await program.call(f"{_OLD}/qrcode/check", **code)
    for what in ("scan", "confirm"):
        path, ticket = f"/v1/sandbox/qr/{what}", asked["qrcode_ticket"]
        await ask(opened, program.market.shop, path, ticket=ticket)
    await finish_work(opened)
    span = {"start_time": program.now - 86_400, "end_time": program.now + 60}
    await program.call("funds/getwithdrawlist", **span, page_num=1, page_size=10)
    await program.call("funds/getwithdrawdetail", withdraw_id=asked["withdraw_id"])
    await program.call(f"{_OLD}/scanwithdraw", page_num=1, page_size=2)
    of = {"out_request_no": asked["withdraw_id"]}
    await program.call(f"{_OLD}/getwithdrawdetail", **of)
    await program.call(f"{_OLD}/getbalance")
    await program.call(f"{_OLD}/qrcode/gen", identity_type=1)
    await program.wait(timedelta(days=1), "nextday")
    await program.call(f"{_OLD}/submitwithdraw", amount=1, remark="零")


async def _ledgers(program: Program) -> None:
    await program.wait(timedelta(days=2), "booked")
    found = await program.call("league/funds/getfundsflowlist", page=1, page_size=50)
    for flow_id in found["flow_ids"]:
        await program.call("league/funds/getfundsflowdetail", flow_id=flow_id)
    date = (program.market.opened.house.clock.now() - timedelta(days=3)).strftime("%Y%m%d")
    day = await program.call(f"{_OLD}/scanorderflow", date=date, page_num=1, page_size=10)
    for flow_id in day["funds_flow_ids"]:
        await program.call(f"{_OLD}/getorderflow", funds_flow_id=flow_id)


async def _agency(program: Program) -> None:
    """An agency with a share of a sale, booked three days ago."""
    market = program.market
    async with calling(market.opened) as call:
        draft = PartyDraft(PartyKind.AGENCY, "读账机构")
        (agency_id,) = await add_parties(call, [draft])
        share = PartyFlow(
            agency_id, market.shop.party_id, FundsType.AGENCY_SERVICE, 4,
            call.at - timedelta(days=3), Cause("settlement", 1), order_id=37 * 10**17, line=1,
        )  # fmt: skip
        await purses.add_party_flows(call.tx, [share], call.take_ids(Named.FLOW, 1))
    agency = Program(market, program.client, agency_id, answers=program.answers)
    await agency.enter("ledgerreader")
    path, none = "league/headsupplier/funds", dict[str, Any]()
    await agency.call(f"{path}/balance/get", **none)
    found = await agency.call(f"{path}/flowlist/get", page_size=2)
    for flow_id in found["flow_ids"]:
        await agency.call(f"{path}/flowdetail/get", flow_id=flow_id)
