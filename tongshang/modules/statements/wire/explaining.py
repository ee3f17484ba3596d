"""An amount explained."""

from typing import Annotated, Literal

import msgspec

from tongshang.modules.statements.domain.explaining import Explained, Told
from tongshang.runtime.wire import ID_MAX, seconds


class ExplainQuery(msgspec.Struct, forbid_unknown_fields=True):
    """`id` is an id, `order-line` of a line or commission, `book-entry-position` of a statement's.

    The platform's operator says by `party_id` whose money it is.
    """

    kind: Literal["order", "order_line", "commission", "flow", "withdrawal", "line"]
    id: Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,18}(-[0-9]{1,19}){0,2}$")]
    party_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{0,19}$")] = ""

    @property
    def is_within_bounds(self) -> bool:
        """Whether all numbers in it are such as ids are."""
        return all(int(part) <= ID_MAX for part in self.id.split("-"))


class FactView(msgspec.Struct):
    """One fact: in words, and what it did to what you have."""

    at: int
    says: str
    says_zh: str
    amount_fen: int
    change_fen: int
    cause: str
    cause_id: str
    shop_id: str
    order_id: str
    source: str
    source_zh: str
    target: str
    target_zh: str

    @classmethod
    def of(cls, one: Told) -> "FactView":
        return cls(
            seconds(one.at), one.says.en, one.says.zh, one.amount_fen, one.change_fen, one.cause,
            _id(one.cause_id), _id(one.shop_id), _id(one.order_id),
            one.source.en if one.source else "", one.source.zh if one.source else "",
            one.target.en if one.target else "", one.target.zh if one.target else "",
        )  # fmt: skip


class Explanation(msgspec.Struct):
    kind: str
    id: str
    amount_fen: int
    says: str
    says_zh: str
    facts: list[FactView]

    @classmethod
    def of(cls, one: Explained) -> "Explanation":
        facts = [FactView.of(fact) for fact in one.facts]
        return cls(one.subject.value, one.name, one.amount_fen, one.says.en, one.says.zh, facts)


def _id(value: int) -> str:
    return str(value) if value else ""
