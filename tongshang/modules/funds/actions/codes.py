"""What a person with a phone does with a confirmation code."""

from tongshang.modules.funds.actions import confirming, withdrawals
from tongshang.modules.funds.domain import codes as domain
from tongshang.modules.funds.domain.codes import Code, Purpose, Scanner
from tongshang.modules.funds.refusals import CodeNotFound
from tongshang.modules.funds.store import codes as store
from tongshang.runtime.call import Call

CANCELLED = "已取消确认"
EXPIRED = "二维码已失效，未确认"


def url_of(call: Call, code: Code) -> str:
    """What a phone reads in the code's picture."""
    place = "sandbox/qr" if call.house.demo else "confirm"
    return f"{call.house.address}/{place}/{code.ticket}"


async def find(call: Call, ticket: str) -> Code:
    """The code with this ticket."""
    code = await store.find(call.tx, ticket) if "\0" not in ticket else None
    if code is None:
        raise CodeNotFound
    return code


async def scan(call: Call, ticket: str, scanner: Scanner) -> Code:
    """Somebody's phone read the code."""
    return await _save(call, domain.scanned(await _hold(call, ticket), scanner, call.at))


async def confirm(call: Call, ticket: str) -> Code:
    """Who scanned it says yes: what waited for it goes on."""
    after = await _save(call, domain.confirmed(await _hold(call, ticket), call.at))
    if after.purpose is Purpose.WITHDRAWAL:
        await withdrawals.proceed(call, (after.party_id, after.subject_id))
    return after


async def cancel(call: Call, ticket: str) -> Code:
    """Who scanned it, or the party itself, says no."""
    after = await _save(call, domain.cancelled(await _hold(call, ticket), call.at))
    if after.purpose is Purpose.WITHDRAWAL:
        await withdrawals.close(call, [(after.party_id, after.subject_id)], CANCELLED)
    return after


async def expire_due(call: Call, limit: int) -> int:
    """Codes whose time is over, and what waited for them; how many."""
    due = await store.hold_due(call.tx, call.at, limit)
    if due:
        await confirming.save(call, [domain.expired(one) for one in due])
        keys = [(one.party_id, one.subject_id) for one in due if one.purpose is Purpose.WITHDRAWAL]
        await withdrawals.close(call, sorted(keys), EXPIRED)
    return len(due)


async def _hold(call: Call, ticket: str) -> Code:
    code = await store.hold(call.tx, ticket) if "\0" not in ticket else None
    if code is None:
        raise CodeNotFound
    return code


async def _save(call: Call, code: Code) -> Code:
    await confirming.save(call, [code])
    return code
