"""Why a fen moved, in sentences: what settlement knows of it, told to the one who asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tongshang.modules.ledger.api import Account, AccountKind
from tongshang.modules.settlement.api import Fact
from tongshang.modules.statements.domain import words
from tongshang.modules.statements.domain.holdings import is_of
from tongshang.modules.statements.domain.words import Said


class Subject(StrEnum):
    """What can be explained, and what its id looks like."""

    ORDER = "order"
    """An order's id: all of its money that is one's own."""

    ORDER_LINE = "order_line"
    """`order-line`: what a line brought the one who asks."""

    COMMISSION = "commission"
    """The same, as promoters, agencies and sharers call it."""

    FLOW = "flow"
    """A flow's id."""

    WITHDRAWAL = "withdrawal"
    """A withdrawal's id."""

    LINE = "line"
    """`book-entry-position`: a line of a statement."""


@dataclass(frozen=True, slots=True)
class Told:
    """One fact in words. `change_fen` is what it did to what the asker has; 0: nothing."""

    at: datetime
    says: Said
    amount_fen: int
    change_fen: int
    cause: str
    cause_id: int
    shop_id: int
    order_id: int
    source: Said | None = None
    target: Said | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """An amount, and all that made it."""

    subject: Subject
    name: str
    amount_fen: int
    says: Said
    facts: Sequence[Told]


def tell(fact: Fact, owner_id: int, names: Mapping[int, str]) -> Told:
    """A fact in words, as it concerns an owner."""
    if fact.source and fact.target:
        return _tell_posting(fact, fact.source, fact.target, owner_id, names)
    sentence = _SENTENCES.get(fact.kind, _PLAIN)
    parts = {
        "name": fact.name, "name_zh": fact.name_zh, "amount": yuan(abs(fact.amount_fen)),
        "of": yuan(fact.of_fen), "rate": percent(fact.ratio_ppm),
        "other": names.get(fact.other_id, "") or str(fact.other_id or ""),
    }  # fmt: skip
    says = Said(sentence.zh.format(**parts), sentence.en.format(**parts))
    # A division is of what was paid: it moves nothing by itself, the postings beside it do.
    return Told(fact.at, says, abs(fact.amount_fen), 0, fact.kind, 0, fact.shop_id, fact.order_id)


def _tell_posting(
    fact: Fact, source: Account, target: Account, owner_id: int, names: Mapping[int, str]
) -> Told:
    amount = yuan(fact.amount_fen)
    of, to = _account(source, names), _account(target, names)
    says = Said(
        f"{fact.name_zh}：{amount} 从“{of.zh}”到“{to.zh}”",
        f"{fact.name}: {amount} from “{of.en}” to “{to.en}”",
    )
    gains = is_of(target, owner_id) - is_of(source, owner_id)
    cause = fact.cause
    return Told(
        fact.at, says, fact.amount_fen, gains * fact.amount_fen, cause.kind if cause else "",
        cause.id if cause else 0, fact.shop_id, fact.order_id, of, to,
    )  # fmt: skip


_SENTENCES = {
    "received": Said(
        "按商品实付 {of} 的 {rate} 收到 {amount}，由{other}支付",
        "Received {amount}: {rate} of the {of} paid for the goods, from {other}",
    ),
    "passed": Said("其中分给{other} {amount}（{rate}）", "Of that {amount} ({rate}) to {other}"),
    "returned": Said("买家退款后退回 {amount}", "Given back after a refund: {amount}"),
}
_PLAIN = Said("{name_zh}：{amount}", "{name}: {amount}")


def _account(account: Account, names: Mapping[int, str]) -> Said:
    said = words.account(account.kind.value)
    name = names.get(account.party_id, "") if account.party_id else ""
    return Said(f"{said.zh} · {name}", f"{said.en} · {name}") if name else said


def for_buyer(facts: Sequence[Fact]) -> list[Fact]:
    """Of an order's money what a buyer sees: what was paid, and what came back."""
    return [
        one
        for one in facts
        if one.source and one.target and AccountKind.CHANNEL in {one.source.kind, one.target.kind}
    ]


def summed(subject: Subject, name: str, facts: Sequence[Told], fen: int | None = None) -> Explained:
    """The whole: what it came to, in a sentence."""
    amount_fen = sum(one.change_fen for one in facts) if fen is None else fen
    amount = yuan(abs(amount_fen))
    if amount_fen > 0:
        says = Said(f"合计收入 {amount}", f"In all {amount} came in")
    elif amount_fen < 0:
        says = Said(f"合计支出 {amount}", f"In all {amount} went out")
    else:
        says = Said("合计没有变动", "In all nothing came or went")
    return Explained(subject, name, amount_fen, says, facts)


def foreseen(subject: Subject, name: str, facts: Sequence[Told], fen: int) -> Explained:
    """What is to come once its order is settled: nothing was booked yet."""
    amount = yuan(abs(fen))
    says = Said(f"预计收入 {amount}，结算后到账", f"{amount} are to come when it is settled")
    return Explained(subject, name, fen, says, facts)


def yuan(fen: int) -> str:
    """An amount as people write it."""
    return f"¥{fen // 100:,}.{fen % 100:02d}"


def percent(ppm: int) -> str:
    """A rate as people write it."""
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + "%"
