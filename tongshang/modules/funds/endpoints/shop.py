"""The shop's bank account and withdrawals (contract family funds, reference section 9.4)."""

from typing import Final

from tongshang.kernel.refusal import InvalidField
from tongshang.modules.funds import refusals
from tongshang.modules.funds.actions import accounts, withdrawals
from tongshang.modules.funds.store import withdrawals as store
from tongshang.modules.funds.wire import shop as wire
from tongshang.modules.funds.wire.texts import withdrawal_number
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireNothing, WireReply

ENDPOINTS: Final = Endpoints("funds")

ACCOUNT_REFUSALS: Final = (
    refusals.AccountKindBarred,
    refusals.AccountNameDiffers,
    InvalidField,
    refusals.PlaceUnknown,
    refusals.BankUnknown,
    refusals.BranchMissing,
    refusals.BranchUnknown,
)
ASKING_REFUSALS: Final = (
    refusals.NoBankAccount,
    refusals.FundsSuspended,
    refusals.HeldForDisputes,
    refusals.AboveBalance,
    refusals.OnceADay,
)


@ENDPOINTS("POST", "/channels/ec/funds/setbankacct", needs=Scope.FUNDS, refuses=ACCOUNT_REFUSALS)
async def set_account(call: Call, req: wire.AccountSet) -> WireReply:
    """Set the account to which the shop's money goes, in the name of its subject.

    A company has a business account, a sole trader either kind.
    """
    await accounts.set_account(call, call.shop_id, req.account_info.draft())
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/funds/getbankacct",
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


@ENDPOINTS("POST", "/channels/ec/funds/submitwithdraw", needs=Scope.FUNDS, refuses=ASKING_REFUSALS)
async def submit(call: Call, req: wire.WithdrawalAsk) -> wire.WithdrawalAsked:
    """Ask for money at the shop's bank, once a day; an administrator confirms it by scanning."""
    one = await withdrawals.submit(call, req.draft(call.shop_id))
    return wire.WithdrawalAsked(withdraw_id=str(one.withdrawal_id), qrcode_ticket=one.ticket)


@ENDPOINTS(
    "POST",
    "/channels/ec/funds/getwithdrawlist",
    needs=Scope.FUNDS,
    refuses=(InvalidField,),
    reads=True,
)
async def list_withdrawals(call: Call, req: wire.WithdrawalPageQuery) -> wire.WithdrawalPage:
    """Ids of the shop's withdrawals asked in a range, the newest first."""
    since, until = req.span()
    found = await store.list_between(call.tx, call.shop_id, since, until, req.page_size, req.offset)
    total = await store.count_between(call.tx, call.shop_id, since, until)
    return wire.WithdrawalPage(
        withdraw_ids=[str(one.withdrawal_id) for one in found], total_num=total
    )


@ENDPOINTS(
    "POST",
    "/channels/ec/funds/getwithdrawdetail",
    needs=Scope.FUNDS,
    refuses=(refusals.WithdrawalNotFound,),
    reads=True,
)
async def get_withdrawal(call: Call, req: wire.WithdrawalQuery) -> wire.WithdrawalReply:
    """One withdrawal of the shop, and how far it is."""
    key = (call.shop_id, withdrawal_number(req.withdraw_id))
    one = (await store.find(call.tx, [key])).get(key)
    if one is None:
        raise refusals.WithdrawalNotFound
    return wire.WithdrawalReply.of(one)
