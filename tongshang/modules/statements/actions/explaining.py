"""The chain of facts behind an amount, for who may see it."""

from collections.abc import Sequence

from tongshang.modules.funds import api as funds
from tongshang.modules.identity import api as identity
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Line
from tongshang.modules.ordering import api as ordering
from tongshang.modules.settlement import api as settlement
from tongshang.modules.settlement.api import Fact, NoMoneyYet, NoWithdrawal
from tongshang.modules.statements.actions import reading
from tongshang.modules.statements.domain import explaining as domain
from tongshang.modules.statements.domain import holdings, values, words
from tongshang.modules.statements.domain.explaining import Explained, Subject, Told
from tongshang.modules.statements.refusals import NothingToExplain
from tongshang.runtime.call import Call


async def explain(call: Call, party_id: int, subject: Subject, name: str) -> Explained:
    """Why money of a party moved."""
    parts = [int(part) for part in name.split("-")]
    try:
        match subject, parts:
            case Subject.LINE, [book_id, entry_id, position] if position <= values.POSITION_MAX:
                return await _line(call, party_id, (book_id, entry_id, position))
            case ((Subject.ORDER_LINE | Subject.COMMISSION), [order_id, line]):
                return await _order_line(call, party_id, subject, order_id, line)
            case Subject.FLOW, [flow_id]:
                return await _flow(call, party_id, flow_id)
            case Subject.WITHDRAWAL, [withdrawal_id]:
                return await _withdrawal(call, party_id, withdrawal_id)
            case Subject.ORDER, [order_id]:
                facts = await _facts(call, party_id, settlement.Subject.ORDER, order_id)
                return domain.summed(subject, name, await _told(call, party_id, facts))
    except (NoMoneyYet, NoWithdrawal):
        raise NothingToExplain from None
    raise NothingToExplain


async def explain_to_buyer(call: Call, subject: Subject, name: str) -> Explained:
    """What a buyer paid for an order, and what came back."""
    if subject is not Subject.ORDER or "-" in name:
        raise NothingToExplain
    order_id = int(name)
    shops = await ordering.shops_of(call.tx, call.buyer_id, [order_id])
    if order_id not in shops:
        raise NothingToExplain
    try:
        facts = await settlement.explain(call, shops[order_id], settlement.Subject.ORDER, order_id)
    except NoMoneyYet:
        raise NothingToExplain from None
    told = await _told(call, 0, domain.for_buyer(facts))
    paid = sum(one.amount_fen for one in told if one.cause == "payment")
    back = sum(one.amount_fen for one in told if one.cause == "refund")
    return domain.summed(subject, name, told, back - paid)


async def _facts(call: Call, party_id: int, subject: settlement.Subject, of: int) -> list[Fact]:
    """What settlement knows; of a shop's own book the postings say it all."""
    facts = list(await settlement.explain(call, party_id, subject, of))
    if await reading.is_shop(call.tx, party_id):
        facts = [one for one in facts if one.source]
    return facts


async def _order_line(
    call: Call, party_id: int, subject: Subject, order_id: int, line: int
) -> Explained:
    """Of a receiver the division of the line; of a shop all of its order."""
    facts = await _facts(call, party_id, settlement.Subject.ORDER, order_id)
    divided = [one for one in facts if not one.source]
    of_line = [one for one in divided if one.line == line]
    if divided and not of_line:
        raise NothingToExplain
    told = await _told(call, party_id, of_line + [one for one in facts if one.source])
    fen = sum(one.amount_fen for one in of_line) if of_line else None
    if fen is not None and not any(one.source for one in facts):
        return domain.foreseen(subject, f"{order_id}-{line}", told, fen)
    return domain.summed(subject, f"{order_id}-{line}", told, fen)


async def _flow(call: Call, party_id: int, flow_id: int) -> Explained:
    flow = await settlement.flow_of(call, party_id, flow_id)
    if flow is None:
        raise NothingToExplain
    facts = await _facts(call, party_id, settlement.Subject.FLOW, flow_id)
    told = await _told(call, party_id, facts)
    return domain.summed(Subject.FLOW, str(flow_id), told, flow.amount_fen)


async def _withdrawal(call: Call, party_id: int, withdrawal_id: int) -> Explained:
    """The postings book by book, and what the bank made of it."""
    key = party_id, withdrawal_id
    withdrawal = (await funds.find_withdrawals(call, [key])).get(key)
    try:
        facts = await _facts(call, party_id, settlement.Subject.WITHDRAWAL, withdrawal_id)
    except NoMoneyYet:
        if withdrawal is None:
            raise
        facts = []  # asked for, and not confirmed: nothing was taken yet
    told = await _told(call, party_id, facts)
    if withdrawal is not None:
        asked = words.Said(
            f"申请提现 {domain.yuan(withdrawal.amount_fen)} 到 {withdrawal.bank_name}",
            f"{domain.yuan(withdrawal.amount_fen)} asked for, to {withdrawal.bank_name}",
        )
        first = Told(
            withdrawal.created_at,
            asked,
            withdrawal.amount_fen,
            0,
            "withdrawal",
            withdrawal_id,
            0,
            0,
        )
        told = [first, *told]
    return domain.summed(Subject.WITHDRAWAL, str(withdrawal_id), told)


async def _line(call: Call, party_id: int, key: tuple[int, int, int]) -> Explained:
    """A line of a statement, then what its order or withdrawal is made of."""
    lines = await ledger.lines_of(call.tx, [key])
    change = holdings.change_for(lines[0], party_id) if lines else 0
    if not change:
        raise NothingToExplain
    (line,) = lines
    abouts = await reading.abouts_of(call.tx, lines)
    about = abouts.get(reading.cause_key(line), reading.About())
    own = Fact(
        "posting", words.cause(line.cause.kind).en, words.cause(line.cause.kind).zh,
        line.posting.amount_fen, line.at, line.book_id, about.id if about.kind == "order" else 0,
        cause=line.cause, source=line.posting.source, target=line.posting.target,
    )  # fmt: skip
    facts = await _behind(call, party_id, line, about)
    if not any(
        (one.source, one.target, one.cause) == (own.source, own.target, own.cause) for one in facts
    ):
        facts = [own, *facts]
    told = await _told(call, party_id, facts)
    return domain.summed(Subject.LINE, values.line_name(key), told, change)


async def _behind(call: Call, party_id: int, line: Line, about: reading.About) -> list[Fact]:
    """What is known of the order or withdrawal of a line; nothing more where it is of neither."""
    try:
        if about.kind == "order":
            return await _facts(call, party_id, settlement.Subject.ORDER, about.id)
        if line.cause.kind.startswith("withdrawal"):
            return await _facts(call, party_id, settlement.Subject.WITHDRAWAL, line.cause.id)
    except NoMoneyYet:
        pass
    return []


async def _told(call: Call, party_id: int, facts: Sequence[Fact]) -> list[Told]:
    """Facts in words and in the order of time, with the names of who takes part."""
    named = {one.other_id for one in facts} | {
        end.party_id for one in facts for end in (one.source, one.target) if end
    }
    parties = await identity.find_parties(call.tx, sorted(named - {0}))
    names = {i: party.name for i, party in parties.items()}
    told = [domain.tell(one, party_id, names) for one in facts]
    return sorted(told, key=lambda one: one.at)
