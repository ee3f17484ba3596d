"""Statements add up, are made once, and show each party its own money and nothing else."""

import asyncio
import csv
import hashlib
import io
import json
import zlib
from datetime import timedelta
from typing import Any

import pytest

from tests.market import Market
from tests.modules.statements.trade import (
    give_back,
    lines_of,
    pass_days,
    pass_to_noon,
    sell,
    today,
)
from tests.platform import calling, finish_work
from tongshang.kernel.money import Fen
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Account, AccountKind, Cause, Entry, Posting
from tongshang.modules.statements import refusals
from tongshang.modules.statements.actions import closing
from tongshang.modules.statements.actions.closing import close_due
from tongshang.runtime.call import Call, Caller


@pytest.fixture
async def traded(market: Market) -> tuple[Market, list[str]]:
    """Two sales, settled a week later, of one of which a piece went back after that."""
    await pass_to_noon(market)
    days = [today(market)]
    order_id = await sell(market, 2)
    await pass_days(market, 1)
    days.append(today(market))
    await sell(market)
    await pass_days(market, 8)
    days.append(today(market))
    await give_back(market, order_id)
    await pass_days(market, 1)
    return market, days


async def periods(market: Market, who: Caller, role: str, **more: Any) -> Any:
    return await market.ask(who, f"/v1/{role}/statements/list", **more)


def roles(market: Market) -> list[tuple[str, Caller]]:
    return [("shop", market.shop), ("promoter", market.promoter)]


async def test_statements_add_up_and_follow_one_another(traded: tuple[Market, list[str]]) -> None:
    market, _ = traded
    for role, who in roles(market):
        found = (await periods(market, who, role)).periods
        assert found, role
        earlier = 0
        for one in reversed(found):
            sums = one.sums
            assert sums.opening_fen == earlier
            lines = await lines_of(market, who, role, one.starts)
            assert len(lines) == sums.lines
            assert sum(x.change_fen for x in lines if x.change_fen > 0) == sums.in_fen
            assert sum(-x.change_fen for x in lines if x.change_fen < 0) == sums.out_fen
            assert sums.closing_fen == sums.opening_fen + sums.in_fen - sums.out_fen
            earlier = sums.closing_fen
        async with calling(market.opened) as call:
            kinds: tuple[AccountKind, ...] = (
                AccountKind.SHOP_PENDING,
                AccountKind.SHOP_AVAILABLE,
            )
            if role == "promoter":
                kinds = (AccountKind.PROMOTER,)
            has = await ledger.balances_of_books(call.tx, [market.shop.party_id], kinds)
        assert earlier == sum(has.values()), "the last closing balance is what there is"


async def test_a_statement_is_made_as_csv_and_pdf(traded: tuple[Market, list[str]]) -> None:
    market, days = traded
    asked = {"period": "day", "starts": days[2]}
    made = await market.ask(market.shop, "/v1/shop/statements/make", **asked)
    assert (made.state, made.files) == ("waiting", [])
    with pytest.raises(refusals.FileNotReady):
        await file_of(market, made.statement_id, "csv")
    await finish_work(market.opened)
    again = await market.ask(market.shop, "/v1/shop/statements/make", **asked)
    assert again.statement_id == made.statement_id
    assert again.state == "ready"
    rows = list(
        csv.reader(
            io.StringIO((await file_of(market, made.statement_id, "csv")).decode("utf-8-sig"))
        )
    )
    assert rows[0][:2] == ["记账时间", "事由"]
    assert rows[1][1] == "期初余额"
    assert rows[-1][1] == "期末余额"
    sums = made.sums
    assert in_fen(rows[1][6]) == sums.opening_fen
    assert [in_fen(cell) for cell in rows[-1][4:7]] == [sums.in_fen, sums.out_fen, sums.closing_fen]
    balance = sums.opening_fen
    for row in rows[2:-1]:
        balance += in_fen(row[4] or "0.00") - in_fen(row[5] or "0.00")
        assert in_fen(row[6]) == balance
    paper = await file_of(market, made.statement_id, "pdf")
    assert paper.startswith(b"%PDF-1.7")
    assert paper.rstrip().endswith(b"%%EOF")
    assert any(b"BT /F1" in page for page in streams(paper))


async def file_of(market: Market, statement_id: str, kind: str) -> bytes:
    path, parts, content = "/v1/shop/statements/file", 1, b""
    for part in range(100):
        if part == parts:
            break
        found = await market.ask(market.shop, path, statement_id=statement_id, kind=kind, part=part)
        parts, content = found.parts, content + found.content
    return content


def streams(paper: bytes) -> list[bytes]:
    pieces = paper.split(b"\nstream\n")[1:]
    return [zlib.decompress(piece.split(b"\nendstream")[0]) for piece in pieces]


def in_fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))


async def test_a_month_of_many_lines_is_made_in_steps(
    traded: tuple[Market, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    market, days = traded
    monkeypatch.setattr("tongshang.modules.statements.domain.values.STEP_LINES", 2)
    await pass_days(market, 31)
    first = f"{days[0][:7]}-01"
    made = await market.ask(market.shop, "/v1/shop/statements/make", period="month", starts=first)
    await finish_work(market.opened)
    got = await market.ask(market.shop, "/v1/shop/statements/get", statement_id=made.statement_id)
    sheet, _ = sorted(got.files, key=lambda one: one.kind)
    assert got.lines_done == got.sums.lines
    assert sheet.parts > 1
    rows = (await file_of(market, made.statement_id, "csv")).decode("utf-8-sig").splitlines()
    assert len(rows) == got.sums.lines + 3


async def test_two_who_ask_at_once_get_the_same_statement(traded: tuple[Market, list[str]]) -> None:
    market, days = traded
    path, asked = "/v1/promoter/statements/make", {"period": "day", "starts": days[2]}
    both = await asyncio.gather(*(market.ask(market.promoter, path, **asked) for _ in range(2)))
    assert both[0].statement_id == both[1].statement_id
    await finish_work(market.opened)
    async with calling(market.opened) as call:
        assert await call.tx.fetchval("select count(*) from statements") == 1
        assert await call.tx.fetchval("select count(*) from statement_files") == 2


async def test_a_day_closes_once_also_for_two_at_once(market: Market) -> None:
    await pass_to_noon(market)
    day = today(market)
    await sell(market)
    market.opened.house.clock.offset += timedelta(days=1)

    async def close() -> None:
        async with calling(market.opened) as call:
            await close_due(call)

    await asyncio.gather(close(), close(), close())
    async with calling(market.opened) as call:
        closed = await call.tx.fetch("select day, lines from day_digests")
        lines = await call.tx.fetchval("select count(*) from postings")
    assert [(row["day"].isoformat(), row["lines"]) for row in closed] == [(day, lines)]


async def test_a_late_entry_belongs_to_the_day_it_is_booked(market: Market) -> None:
    await pass_to_noon(market)
    day = today(market)
    await sell(market)
    early = market.opened.house.clock.now()
    await pass_days(market, 1)
    async with calling(market.opened) as call:
        await ledger.post(call, [gift_of_a_yuan(call, market.shop.party_id, early)])
    before = (await periods(market, market.shop, "shop")).periods
    next_day_ = today(market)
    await pass_days(market, 1)
    after = (await periods(market, market.shop, "shop")).periods
    assert after[1:] == before
    assert [one.starts for one in after] == [next_day_, day]
    (late,) = await lines_of(market, market.shop, "shop", next_day_)
    assert (late.cause, late.change_fen) == ("payment", 100)
    assert late.at == int(early.timestamp()), "its own time stays"


async def test_a_day_of_many_books_is_closed_in_steps_and_misses_none(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "BOOKS_BATCH", 2)
    await pass_to_noon(market)
    async with calling(market.opened) as call:
        await ledger.post(call, [gift_of_a_yuan(call, book, call.at) for book in range(101, 106)])
        early = call.at
    market.opened.house.clock.offset += timedelta(days=1)
    async with calling(market.opened) as call:
        monkeypatch.setattr(closing, "LINES_BATCH", 1)
        assert await close_due(call), "two of five books"
    async with calling(market.opened) as call:  # into a book that is closed, while others are not
        await ledger.post(call, [gift_of_a_yuan(call, 101, early, 8)])
    for _ in range(4):
        async with calling(market.opened) as call:
            await close_due(call)
    market.opened.house.clock.offset += timedelta(days=1)
    async with calling(market.opened) as call:
        await close_due(call)
        rows = await call.tx.fetch("select book_id, lines from day_digests order by day, book_id")
    assert [tuple(row) for row in rows] == [*((book, 1) for book in range(101, 106)), (101, 1)]


def gift_of_a_yuan(call: Call, book: int, at: Any, cause: int = 7) -> Entry:
    posting = Posting(
        Account(book, AccountKind.CHANNEL), Account(book, AccountKind.SHOP_PENDING), Fen(100)
    )
    return Entry(book, Cause("payment", cause), (posting,), at)


async def test_what_is_not_over_or_no_day_is_refused(traded: tuple[Market, list[str]]) -> None:
    market, days = traded
    path = "/v1/shop/statements/make"
    for refusal, asked in (
        (refusals.PeriodNotOver, {"period": "day", "starts": today(market)}),
        (refusals.PeriodUnknown, {"period": "day", "starts": "2026-02-31"}),
        (refusals.PeriodUnknown, {"period": "month", "starts": f"{days[0][:7]}-02"}),
    ):
        with pytest.raises(refusal):
            await market.ask(market.shop, path, **asked)
        with pytest.raises(refusal):
            await market.ask(market.shop, "/v1/shop/statements/lines", **asked)
    async with calling(market.opened) as call:
        assert await call.tx.fetchval("select count(*) from statements") == 0


async def test_a_receiver_checks_its_line_with_a_program_of_its_own(
    traded: tuple[Market, list[str]],
) -> None:
    market, days = traded
    for role, who in roles(market):
        for one in await lines_of(market, who, role, days[2]):
            path = f"/v1/{role}/statements/prove"
            proof = await market.ask(who, path, line_id=one.line_id)
            assert proof.is_unaltered
            assert independently(proof) == proof.day.digest
            told = json.loads(proof.text)
            assert told[10] == abs(one.change_fen)


def independently(proof: Any) -> str:
    """The digest, as the description of the endpoint says that it is made."""

    def hashed(kind: bytes, *parts: bytes) -> bytes:
        return hashlib.sha256(kind + b"".join(parts)).digest()

    node = hashed(b"\0", bytes.fromhex(proof.salt), proof.text.encode())
    assert node.hex() == proof.leaf
    for step in proof.way:
        beside = bytes.fromhex(step.hash)
        node = hashed(b"\1", *((beside, node) if step.side == "left" else (node, beside)))
    day = proof.day
    text = json.dumps([day.book_id, day.day, day.lines, node.hex()], separators=(",", ":"))
    return hashed(b"\2", bytes.fromhex(day.earlier), text.encode()).hex()


async def test_an_altered_line_is_seen_by_whom_it_concerns(
    traded: tuple[Market, list[str]],
) -> None:
    market, days = traded
    lines = await lines_of(market, market.promoter, "promoter", days[2])
    book_id, entry_id, position = map(int, lines[0].line_id.split("-"))
    async with calling(market.opened) as call:
        await call.tx.execute(
            "update postings set amount_fen = amount_fen + 1"
            " where book_id = $1 and entry_id = $2 and position = $3",
            book_id, entry_id, position,
        )  # fmt: skip
    proof = await market.ask(
        market.promoter, "/v1/promoter/statements/prove", line_id=lines[0].line_id
    )
    assert not proof.is_unaltered
    assert independently_fails(proof)


def independently_fails(proof: Any) -> bool:
    node = hashlib.sha256(b"\0" + bytes.fromhex(proof.salt) + proof.text.encode()).hexdigest()
    return bool(node != proof.leaf)


async def test_nobody_gets_the_proof_or_statement_of_another(
    traded: tuple[Market, list[str]],
) -> None:
    market, days = traded
    shops = await lines_of(market, market.shop, "shop", days[0])
    with pytest.raises(refusals.LineNotFound):
        await market.ask(market.promoter, "/v1/promoter/statements/prove", line_id=shops[0].line_id)
    made = await market.ask(market.shop, "/v1/shop/statements/make", period="day", starts=days[0])
    for path in ("get", "file"):
        more = {"kind": "csv"} if path == "file" else {}
        with pytest.raises(refusals.StatementNotFound):
            await market.ask(
                market.promoter, f"/v1/promoter/statements/{path}",
                statement_id=made.statement_id, **more,
            )  # fmt: skip


async def test_who_is_no_sharer_has_no_statements(market: Market) -> None:
    with pytest.raises(refusals.NoSharer):
        await periods(market, market.buyer, "sharer")
