"""What every party has, where its money goes, and what it withdraws: on our own paths.

Each endpoint is there for each audience: a shop, a promoter, an agency, and who is a sharer, a
person whom the platform pays.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final

from tongshang.kernel.page import Key, after, after_number, cursor
from tongshang.kernel.refusal import CursorMismatch, Refusal
from tongshang.modules.funds import banks, refusals
from tongshang.modules.funds.actions import accounts, codes, withdrawals
from tongshang.modules.funds.domain.accounts import ALLOWED, holder_of
from tongshang.modules.funds.domain.withdrawals import ALWAYS, NEVER, Withdrawal
from tongshang.modules.funds.endpoints.shop import ACCOUNT_REFUSALS, ASKING_REFUSALS
from tongshang.modules.funds.store import withdrawals as store
from tongshang.modules.funds.wire import own as wire
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.settlement import api as settlement
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, Method, Nothing
from tongshang.runtime.wire import ID_MAX, number

ENDPOINTS: Final = Endpoints("funds")

AUDIENCES: Final = {
    "shop": Scope.FUNDS,
    "promoter": Scope.PROMOTER,
    "agency": Scope.AGENCY,
    "sharer": Scope.BUYER,
}
_MICROSECOND: Final = timedelta(microseconds=1)
Handler = Callable[[Call, Any], Awaitable[Any]]


def _for_each(
    method: Method, what: str, *refuses: type[Refusal], reads: bool = False
) -> Callable[[Handler], Handler]:
    """Declare the decorated handler for each audience."""

    def declare(handle: Handler) -> Handler:
        for audience, scope in AUDIENCES.items():
            more: tuple[type[Refusal], ...] = (refusals.NoSharer,) if audience == "sharer" else ()
            path = f"/v1/{audience}/funds/{what}"
            ENDPOINTS(method, path, needs=scope, refuses=(*more, *refuses), reads=reads)(handle)
        return handle

    return declare


async def owner_of(call: Call) -> int:
    """Whose funds they are: the party's that calls, or of the sharer whom a person is."""
    if call.caller.party_id:
        return call.caller.party_id
    behind = await identity.parties_behind(call.tx, [call.buyer_id])
    parties = await identity.find_parties(call.tx, sorted(behind.get(call.buyer_id, ())))
    mine = [one.party_id for one in parties.values() if one.kind is PartyKind.SHARER]
    if not mine:
        raise refusals.NoSharer
    return min(mine)


@_for_each("GET", "balance", reads=True)
async def get_balance(call: Call, req: Nothing) -> wire.BalanceView:
    """What you have over all shops' books, and how much of it you may withdraw now."""
    party_id = await owner_of(call)
    means = await withdrawals.means_of(call, party_id)
    account = await accounts.account_of(call.tx, party_id)
    books = await settlement.books_of(call, party_id)
    return wire.BalanceView(
        available_fen=means.available_fen,
        withdrawable_fen=means.free_fen,
        pending_fen=means.pending_fen,
        debt_fen=means.debt_fen,
        disputed_fen=means.disputed_fen,
        withdrawing_fen=means.withdrawing_fen,
        suspended_fen=means.suspended_fen,
        suspended_for=means.suspended_for,
        withdrew_today=await store.has_one_of(call.tx, party_id, call.at),
        account=wire.AccountView.of(account) if account else None,
        books=await _named(call, [(one.shop_id, one.available_fen) for one in books]),
    )


@_for_each("GET", "bankaccount/get", reads=True)
async def get_account(call: Call, req: Nothing) -> wire.AccountPage:
    """Your bank account, its number masked, and in whose name it may be."""
    party_id = await owner_of(call)
    party = await identity.get_party(call.tx, party_id)
    subject = await accounts.subject_of(call.tx, party)
    allowed = {kind: holder_of(kind, subject) for kind in ALLOWED[subject.form]}
    page = wire.holders(subject, allowed)
    page.is_named = await accounts.is_named(call.tx, party_id)
    account = await accounts.account_of(call.tx, party_id)
    page.account = wire.AccountView.of(account) if account else None
    return page


@_for_each("POST", "bankaccount/set", *ACCOUNT_REFUSALS)
async def set_account(call: Call, req: wire.AccountDraftView) -> wire.AccountView:
    """Set the account to which your money goes, in your own registered name."""
    account = await accounts.set_account(call, await owner_of(call), req.draft())
    return wire.AccountView.of(account)


@_for_each("GET", "bankaccount/choices", reads=True)
async def list_choices(call: Call, req: Nothing) -> wire.Choices:
    """Banks and cities, to fill in an account."""
    return wire.choices(banks.banks(), banks.provinces())


@_for_each("POST", "withdrawal/submit", *ASKING_REFUSALS)
async def submit(call: Call, req: wire.WithdrawalDraftView) -> wire.WithdrawalStory:
    """Ask for money at your bank, once a day; scanning the code confirms it."""
    one = await withdrawals.submit(call, req.draft(await owner_of(call)))
    return await _story(call, one)


@_for_each("POST", "withdrawal/cancel", refusals.WithdrawalNotFound, refusals.CodeOver)
async def cancel(call: Call, req: wire.WithdrawalRef) -> wire.WithdrawalStory:
    """Take back a withdrawal that nobody has confirmed yet."""
    one = await _own(call, req)
    await codes.cancel(call, one.ticket)
    return await _story(call, await _own(call, req))


@_for_each("GET", "withdrawal/get", refusals.WithdrawalNotFound, reads=True)
async def get_withdrawal(call: Call, req: wire.WithdrawalRef) -> wire.WithdrawalStory:
    """One withdrawal, the code that confirms it, and from which shops' books it was taken."""
    return await _story(call, await _own(call, req))


@_for_each("GET", "withdrawal/list", CursorMismatch, reads=True)
async def list_withdrawals(call: Call, req: wire.WithdrawalsQuery) -> wire.WithdrawalsPage:
    """Your withdrawals, the newest first."""
    party_id = await owner_of(call)
    question = ("funds.withdrawals", party_id)
    before = after_number(question, req.next_key, ID_MAX)
    found = await store.list_before(call.tx, party_id, before, req.page_size + 1)
    page = found[: req.page_size]
    return wire.WithdrawalsPage(
        [wire.WithdrawalView.of(one) for one in page],
        cursor(question, (page[-1].withdrawal_id,)) if page else "",
        len(found) > len(page),
    )


@_for_each("GET", "flow/list", CursorMismatch, reads=True)
async def list_flows(call: Call, req: wire.WithdrawalsQuery) -> wire.FlowsPage:
    """What came to you and went from you, the newest first, as soon as it is booked."""
    party_id = await owner_of(call)
    question = ("funds.flows", party_id)
    last = after(question, req.next_key)
    place = (NEVER, 0) if last is None else _place(last)
    found = await settlement.latest_flows(call, party_id, place, req.page_size + 1)
    page = found[: req.page_size]
    shops = await identity.find_parties(call.tx, sorted({one.shop_id for one in page}))
    key = cursor(question, _key(page[-1].at, page[-1].flow_id)) if page else ""
    views = [
        wire.FlowView.of(one, shops[one.shop_id].name if one.shop_id in shops else "")
        for one in page
    ]
    return wire.FlowsPage(views, key, len(found) > len(page))


def _place(last: Key) -> tuple[datetime, int]:
    try:
        at, flow_id = (int(part) for part in last)
        return ALWAYS + at * _MICROSECOND, flow_id
    except (ValueError, OverflowError):
        raise CursorMismatch from None


def _key(at: datetime, flow_id: int) -> tuple[int, int]:
    return (at - ALWAYS) // _MICROSECOND, flow_id


async def _own(call: Call, req: wire.WithdrawalRef) -> Withdrawal:
    key = (await owner_of(call), number(req.withdrawal_id))
    one = (await store.find(call.tx, [key])).get(key)
    if one is None:
        raise refusals.WithdrawalNotFound
    return one


async def _story(call: Call, one: Withdrawal) -> wire.WithdrawalStory:
    code = await codes.find(call, one.ticket)
    parts = await settlement.parts_of(call, one.withdrawal_id)
    return wire.WithdrawalStory(
        wire.WithdrawalView.of(one),
        wire.CodeView.of(code, code.state_at(call.at), codes.url_of(call, code)),
        await _named(call, [(part.shop_id, part.amount_fen) for part in parts]),
    )


async def _named(call: Call, books: list[tuple[int, int]]) -> list[wire.BookView]:
    shops = await identity.find_parties(call.tx, [shop_id for shop_id, _ in books])
    return [
        wire.BookView(str(shop_id), shops[shop_id].name if shop_id in shops else "", fen)
        for shop_id, fen in books
    ]
