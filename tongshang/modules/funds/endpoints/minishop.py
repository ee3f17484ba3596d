"""The same for programs of the older component (contract family funds_minishop)."""

from datetime import datetime
from typing import Final

from tongshang.modules.funds import refusals
from tongshang.modules.funds.actions import accounts, confirming, withdrawals
from tongshang.modules.funds.domain.codes import Purpose
from tongshang.modules.funds.domain.withdrawals import ALWAYS, NEVER
from tongshang.modules.funds.endpoints.shop import ACCOUNT_REFUSALS, ASKING_REFUSALS
from tongshang.modules.funds.store import withdrawals as store
from tongshang.modules.funds.wire import minishop as wire
from tongshang.modules.funds.wire.shop import WithdrawalAsk
from tongshang.modules.funds.wire.texts import withdrawal_number
from tongshang.modules.settlement import api as settlement
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireNothing, WireReply

ENDPOINTS: Final = Endpoints("funds")

_ALL: Final[tuple[datetime, datetime]] = (ALWAYS, NEVER)


@ENDPOINTS("POST", "/shop/funds/getbalance", needs=Scope.FUNDS, reads=True)
async def get_balance(call: Call, req: WireNothing) -> wire.BalanceReply:
    """What the shop may withdraw, and what waits for its settlement; a debt shows as zero."""
    has = await settlement.balance_of(call, call.shop_id)
    return wire.BalanceReply(balance_info=wire.BalanceInfo(has.available_fen, has.pending_fen))


@ENDPOINTS("POST", "/shop/funds/setbankaccount", needs=Scope.FUNDS, refuses=ACCOUNT_REFUSALS)
async def set_account(call: Call, req: wire.AccountSet) -> WireReply:
    """Set the account to which the shop's money goes, in the name of its subject."""
    await accounts.set_account(call, call.shop_id, req.account_info.draft())
    return WireReply()


@ENDPOINTS(
    "POST",
    "/shop/funds/getbankaccount",
    needs=Scope.FUNDS,
    refuses=(refusals.NoBankAccount,),
    reads=True,
)
async def get_account(call: Call, req: WireNothing) -> wire.AccountReply:
    """The shop's bank account; its number is masked."""
    account = await accounts.account_of(call.tx, call.shop_id)
    if account is None:
        raise refusals.NoBankAccount
    return wire.AccountReply(account_info=wire.AccountTold.of(account))


@ENDPOINTS("POST", "/shop/funds/submitwithdraw", needs=Scope.FUNDS, refuses=ASKING_REFUSALS)
async def submit(call: Call, req: WithdrawalAsk) -> wire.WithdrawalAsked:
    """Ask for money at the shop's bank, once a day; an administrator confirms it by scanning."""
    one = await withdrawals.submit(call, req.draft(call.shop_id))
    return wire.WithdrawalAsked(out_request_no=str(one.withdrawal_id), qrcode_ticket=one.ticket)


@ENDPOINTS("POST", "/shop/funds/scanwithdraw", needs=Scope.FUNDS, reads=True)
async def list_withdrawals(call: Call, req: wire.WithdrawalPageQuery) -> wire.WithdrawalPage:
    """Numbers of the shop's withdrawals, the newest first."""
    found = await store.list_between(call.tx, call.shop_id, *_ALL, req.page_size, req.offset)
    total = await store.count_between(call.tx, call.shop_id, *_ALL)
    return wire.WithdrawalPage(
        out_request_nos=[str(one.withdrawal_id) for one in found], total_num=total
    )


@ENDPOINTS(
    "POST",
    "/shop/funds/getwithdrawdetail",
    needs=Scope.FUNDS,
    refuses=(refusals.WithdrawalNotFound,),
    reads=True,
)
async def get_withdrawal(call: Call, req: wire.WithdrawalQuery) -> wire.WithdrawalReply:
    """One withdrawal of the shop, and how far it is."""
    key = (call.shop_id, withdrawal_number(req.out_request_no))
    one = (await store.find(call.tx, [key])).get(key)
    if one is None:
        raise refusals.WithdrawalNotFound
    return wire.WithdrawalReply(withdraw_info=wire.WithdrawInfo.of(one))


@ENDPOINTS("POST", "/shop/funds/qrcode/gen", needs=Scope.FUNDS)
async def make_code(call: Call, req: wire.CodeMake) -> wire.CodeMade:
    """A code by which an administrator shows who is there; nothing else follows from it."""
    code = await confirming.make(call, call.shop_id, Purpose.IDENTITY)
    return wire.CodeMade(qrcode_ticket=code.ticket)
