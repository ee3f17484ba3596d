"""Why money moved, in words: the facts behind a fen, as one party may know them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tongshang.modules.ledger.api import Account, AccountKind, Cause, Entry
from tongshang.modules.settlement.domain.dividing import came_back
from tongshang.modules.settlement.domain.purses import (
    WITHDRAWAL,
    WITHDRAWAL_BACK,
    WITHDRAWAL_PAID,
)
from tongshang.modules.settlement.domain.standing import COVER, FORFEIT, RELEASE
from tongshang.modules.settlement.domain.values import (
    DONATION,
    PAYMENT,
    REFUND,
    SETTLEMENT,
    SharePart,
)


class Subject(StrEnum):
    """What one may ask to have explained."""

    ORDER = "order"
    FLOW = "flow"
    WITHDRAWAL = "withdrawal"


ACCOUNT_NAMES: Final = {
    AccountKind.CHANNEL:        ("Payment channel", "支付渠道"),
    AccountKind.SHOP_PENDING:   ("Waiting for settlement", "待结算"),
    AccountKind.SHOP_AVAILABLE: ("Available to the shop", "可用余额"),
    AccountKind.PLATFORM_FEE:   ("Platform's technical service fee", "平台技术服务费"),
    AccountKind.PROMOTER:       ("Promoter's commission", "达人佣金"),
    AccountKind.PACKETS:        ("Buyer's red packets, not opened yet", "买家红包，待领取"),
    AccountKind.AGENCY:         ("Agency's service fee", "机构服务费"),
    AccountKind.SHARER:         ("Sharer's commission", "推客佣金"),
    AccountKind.SUSPENSE:       ("Held by the platform", "平台暂存"),
    AccountKind.WITHDRAWING:    ("On its way to a bank", "提现中"),
    AccountKind.DONATION:       ("A charity's, given by receivers of gifts", "公益捐赠"),
    AccountKind.RESERVE:        ("Platform's reserve", "平台风险准备金"),
}  # fmt: skip

CAUSE_NAMES: Final = {
    PAYMENT:         ("The buyer paid", "买家付款"),
    REFUND:          ("Money went back to the buyer", "退款给买家"),
    DONATION:        ("The receiver gave the gift to a charity", "收礼人捐出礼物"),
    SETTLEMENT:      ("The order was settled", "订单结算"),
    WITHDRAWAL:      ("Withdrawn", "提现"),
    WITHDRAWAL_PAID: ("The bank has it", "银行已到账"),
    WITHDRAWAL_BACK: ("The withdrawal came back", "提现退回"),
    RELEASE:         ("What was held is free again", "暂存款解除"),
    FORFEIT:         ("What was held went back to the shop", "暂存款退还店铺"),
    COVER:           ("The platform's reserve paid a debt", "风险准备金垫付欠款"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that made an amount what it is.

    A posting of an entry (`cause`, from `source` to `target`), or of a line's division: what came
    in (`received`), what was handed on (`passed`), what came back since.
    """

    kind: str
    name: str
    name_zh: str
    amount_fen: int
    at: datetime
    shop_id: int
    order_id: int = 0
    line: int = 0
    cause: Cause | None = None
    source: Account | None = None
    target: Account | None = None
    ratio_ppm: int = 0
    of_fen: int = 0
    other_id: int = 0


def facts_of_entry(entry: Entry, order_id: int, own: Sequence[Account] = ()) -> list[Fact]:
    """The postings of an entry; of another's book only those that touch one's own accounts."""
    name, name_zh = CAUSE_NAMES[entry.cause.kind]
    return [
        Fact(
            "posting", name, name_zh, one.amount_fen, entry.at, entry.book_id, order_id,
            cause=entry.cause, source=one.source, target=one.target,
        )
        for one in entry.postings
        if not own or one.source in own or one.target in own
    ]  # fmt: skip


def facts_of_part(
    parts: Sequence[SharePart], party_id: int, place: tuple[int, int, int], goods_fen: int,
    at: datetime,
) -> list[Fact]:  # fmt: skip
    """What a receiver got of a line's goods, from whom, and to whom it passed on how much."""
    shop_id, order_id, line = place
    back = came_back(parts)
    facts: list[Fact] = []
    for mine in parts:
        if mine.party_id != party_id:
            continue
        payer = parts[mine.payer].party_id if mine.payer >= 0 else shop_id
        facts.append(
            Fact(
                "received", "Received of what was paid for the goods", "按商品实付款收到",
                mine.gross_fen, at, shop_id, order_id, line, ratio_ppm=mine.ratio_ppm,
                of_fen=goods_fen, other_id=payer,
            )
        )  # fmt: skip
        facts += [
            Fact(
                "passed", "Passed on", "分给下一方", -one.gross_fen, at, shop_id, order_id, line,
                ratio_ppm=one.ratio_ppm, of_fen=goods_fen, other_id=one.party_id,
            )
            for one in parts
            if one.payer == mine.place
        ]  # fmt: skip
        if back[mine.place]:
            facts.append(
                Fact(
                    "returned", "Given back after a refund", "退款后退回", -mine.back_fen, at,
                    shop_id, order_id, line, of_fen=mine.net_fen,
                )
            )  # fmt: skip
    return facts
