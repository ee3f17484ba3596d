"""What tests of payment share: a listener that remembers, and a gateway's hand."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec
import pytest

from tests.platform import calling
from tongshang.app import Opened
from tongshang.modules.payment import api
from tongshang.modules.payment.events import PaymentTaken, RefundDone, RefundFailed
from tongshang.modules.payment.gateway import protocol
from tongshang.runtime import jobs
from tongshang.runtime.call import Call, Tells
from tongshang.runtime.db import Tx
from tongshang.runtime.jobs import tell_listeners

SHOP: Final = 10_00000000000000001
KIND: Final = "order"
_TOLD: Final = "test.told"


@pytest.fixture
def listening(opened: Opened) -> None:
    """Facts of payment are written down with what they tell of, or not at all."""

    async def write(call: Call, told: Sequence[Any]) -> None:
        await jobs.add(
            call,
            [
                jobs.Job(_TOLD, msgspec.json.encode((type(fact).__name__, fact)), call.at)
                for fact in told
            ],
        )

    kinds = (PaymentTaken, RefundDone, RefundFailed)
    opened.house.tells = Tells(tell_listeners, reactions=dict.fromkeys(kinds, (write,)))


async def facts(opened: Opened, kind: str) -> list[dict[str, Any]]:
    """The facts of one kind that were told, in their order."""
    rows = await opened.house.pool.fetch(
        "select body from jobs where kind = $1 order by job_id", _TOLD
    )
    told = [msgspec.json.decode(row["body"]) for row in rows]
    return [fact for name, fact in told if name == kind]


def paid_notice(
    opened: Opened, charge: api.Charge, total_fen: int, transaction_id: str = ""
) -> api.Notice:
    """What the gateway would send for a charge."""
    at = opened.house.clock.now()
    resource = protocol.Transaction(
        sub_mchid=str(SHOP),
        out_trade_no=str(charge.payment_id),
        transaction_id=transaction_id or f"42000{charge.payment_id:023d}",
        trade_state="SUCCESS",
        success_time=at,
        amount=protocol.Amount(total_fen),
    )
    return protocol.compose(protocol.key_of(opened.house.secret), at, protocol.PAID, resource)


def refund_notice(
    opened: Opened, refund_id: int, refund_fen: int, *, succeeded: bool = True
) -> api.Notice:
    at = opened.house.clock.now()
    resource = protocol.RefundTransaction(
        sub_mchid=str(SHOP),
        out_trade_no="1",
        out_refund_no=str(refund_id),
        refund_id="50300000000000000000001",
        refund_status="SUCCESS" if succeeded else "ABNORMAL",
        success_time=at,
        amount=protocol.RefundAmount(refund_fen),
    )
    event = protocol.REFUNDED if succeeded else protocol.REFUND_FAILED
    return protocol.compose(protocol.key_of(opened.house.secret), at, event, resource)


async def hear(opened: Opened, *notices: api.Notice) -> None:
    """Let payment hear notices, in a transaction of their own."""
    async with calling(opened) as call:
        await api.receive_notices(call, notices)


async def payment_of(opened: Opened, subject_id: int) -> api.Payment:
    async with calling(opened) as call:
        return (await api.payments_of(call.tx, SHOP, KIND, [subject_id]))[subject_id]


@contextlib.contextmanager
def statements(tx: Tx) -> Iterator[list[str]]:
    """The statements that the block sends; not those by which asyncpg learns a type, once."""
    made: list[str] = []

    def note(record: Any) -> None:
        if "typeinfo_tree" not in record.query and "set_config" not in record.query:
            made.append(record.query)

    with tx.query_logger(note):
        yield made


@contextlib.contextmanager
def moved_clock(opened: Opened, by: timedelta) -> Iterator[None]:
    opened.house.clock.offset += by
    try:
        yield
    finally:
        opened.house.clock.offset -= by
