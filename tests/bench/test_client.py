import asyncio
import time
from collections.abc import AsyncIterator

import msgspec
import pytest

from bench.client import ORDER_ID, Plan, load, percentile, request, run


class Shop:
    """A server that sells three pieces, in replies that come in parts."""

    def __init__(self) -> None:
        self.port = 0
        self.left = 3
        self.asked: list[bytes] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await self._head(reader):
            length = next(
                (int(line.split(b":")[1]) for line in head.split(b"\r\n") if b"Length" in line), 0
            )
            body = await reader.readexactly(length)
            self.asked.append(head.split(b" ", 2)[1] + b" " + body)
            status, told = self._decide(head)
            text = msgspec.json.encode(told)
            writer.write(
                b"HTTP/1.1 %d x\r\ncontent-length: %d\r\n\r\n%b" % (status, len(text), text[:5])
            )
            await writer.drain()
            await asyncio.sleep(0.001)
            writer.write(text[5:])
        writer.close()

    async def _head(self, reader: asyncio.StreamReader) -> bytes:
        try:
            return await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return b""

    def _decide(self, head: bytes) -> tuple[int, dict[str, object]]:
        if b"/pay" in head:
            return 200, {"prepay_id": "wx1"}
        if b"/wire" in head:
            return 200, {"errcode": 40097, "errmsg": "invalid args"}
        if not self.left:
            return 409, {"code": 9010007}
        self.left -= 1
        return 200, {"shop_id": "1", "order_id": f"{3700000000000000000 + self.left}"}


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    server = await asyncio.start_server(shop.answer, "127.0.0.1", 0)
    shop.port = server.sockets[0].getsockname()[1]
    async with server:
        yield shop


async def test_each_request_is_asked_once_and_each_refusal_is_counted(shop: Shop) -> None:
    asked = [request("POST", "/place", b"%d" % number, "token") for number in range(10)]

    seen = await run(Plan(shop.port, 4, asked))

    assert (seen.talks, len(seen.seconds), seen.refused) == (10, 3, {"409 9010007": 7})
    assert sorted(shop.asked) == [b"/place %d" % number for number in range(10)]


async def test_a_payment_follows_the_order_that_it_is_for(shop: Shop) -> None:
    paying = request("POST", "/pay", b'{"order_id":"' + ORDER_ID + b'"}')

    seen = await run(Plan(shop.port, 1, [request("GET", "/place")] * 4, [paying] * 4))

    paid = [asked for asked in shop.asked if asked.startswith(b"/pay")]
    assert paid == [b'/pay {"order_id":"370000000000000000%d"}' % left for left in (2, 1, 0)]
    assert (seen.talks, len(seen.seconds), seen.refused) == (4, 3, {"409 9010007": 1})


async def test_a_refusal_of_the_wire_is_one_though_its_status_is_200(shop: Shop) -> None:
    seen = await run(Plan(shop.port, 1, [request("GET", "/wire")]))

    assert (seen.seconds, seen.refused) == ([], {"200 40097": 1})


async def test_a_plan_with_a_time_goes_round_until_it_is_over(shop: Shop) -> None:
    plan = Plan(shop.port, 2, [request("POST", "/pay", b"{}")], seconds=0.5)

    seen = await asyncio.to_thread(load, plan)

    assert seen.talks == len(seen.seconds) > 2
    assert seen.rate == pytest.approx(seen.talks / (seen.ended - seen.begun))
    assert seen.begun <= time.time()


def test_a_percentile_is_a_value_that_was_seen() -> None:
    assert percentile([], 0.5) == 0
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 3.0
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.99) == 4.0
