"""What we say on the wire is what unchanged clients of the store platform expect."""

from typing import Any

import httpx
import msgspec
import pytest

from tests.contract import contract, ours, shapes, table
from tests.contract.agencies import allied
from tests.contract.chains import chained
from tests.contract.contract import needs_contract
from tests.contract.funding import funded
from tests.contract.giving import flash_sold, given, passed_on
from tests.contract.session import Program, day_of_a_shop
from tests.contract.sharing import shared
from tests.market import Market
from tongshang.runtime.rpc import Endpoint

pytestmark = needs_contract
every_documented = pytest.mark.parametrize("endpoint", ours.DOCUMENTED, ids=lambda one: one.path)


@pytest.mark.parametrize("endpoint", ours.WIRE, ids=lambda one: one.path)
def test_is_at_the_path_and_method_of_the_contract(endpoint: Endpoint) -> None:
    expected = None if endpoint.path in ours.NOT_THERE else endpoint.method
    assert contract.method(endpoint.path) == expected


@every_documented
def test_reads_what_clients_send(endpoint: Endpoint) -> None:
    found = shapes.unreadable(shapes.shape(endpoint.takes), contract.request(endpoint.path))
    assert set(found) == set(ours.REQUESTS_DIFFER.get(endpoint.path, {}))


@every_documented
def test_takes_the_request_that_was_seen(endpoint: Endpoint) -> None:
    seen = contract.sample_of(endpoint.path, "request")
    if seen is None:
        pytest.skip("the contract has no sample of its request")
    body = msgspec.json.encode(seen)
    taken = msgspec.json.decode(body, type=endpoint.takes, strict=False)
    assert isinstance(taken, endpoint.takes)


@every_documented
def test_says_what_clients_read(endpoint: Endpoint) -> None:
    found = set(shapes.unexpected(ours.gives(endpoint), contract.response(endpoint.path)))
    assert found - {ours.QUOTED} == set(ours.ANSWERS_DIFFER.get(endpoint.path, {}))


@every_documented
def test_says_why_it_leaves_something_out(endpoint: Endpoint) -> None:
    assert [place for place, why in ours.unsent(endpoint) if not why] == []


def test_the_manual_lists_what_is_left_out() -> None:
    assert table.kept() == table.lines(), "run `python -m tests.contract.table`"


async def test_a_shop_s_program_gets_answers_that_it_can_read(
    market: Market, client: httpx.AsyncClient
) -> None:
    program = Program(market, client)
    await day_of_a_shop(program)
    for more in (passed_on, flash_sold, given, funded, shared, allied, chained):
        await more(program)
    called = {endpoint.path for endpoint in ours.WIRE} - ours.REFUSED.keys()
    assert set(program.answers) == called, "each was called"
    found = {
        endpoint.path: sorted(
            {
                finding
                for answer in program.answers.get(endpoint.path, ())
                for finding in _wrong(endpoint, answer)
            }
        )
        for endpoint in ours.WIRE
    }
    assert {path: findings for path, findings in found.items() if findings} == {}


def _wrong(endpoint: Endpoint, answer: Any) -> set[str]:
    """What of a real answer clients do not read, or our own struct does not say."""
    said = set(shapes.all_places(ours.gives(endpoint)))
    found = {f"{place}: not in the struct" for place in set(shapes.places(answer)) - said}
    if endpoint.path in ours.NOT_THERE:
        return found
    known = ours.ANSWERS_DIFFER.get(endpoint.path, {})
    wrong = set(shapes.wrong(answer, contract.response(endpoint.path)))
    return found | wrong - {*known, ours.QUOTED, ours.QUOTED_SEEN}
