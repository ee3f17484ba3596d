"""Rules asked of every endpoint at once: who may call it, what it takes, how it says no."""

from typing import Final

import httpx
import msgspec
import pytest

from tests.platform import calling
from tongshang.app import ROOMS, Opened
from tongshang.kernel.refusal import BLOCKS, Kind, Refusal
from tongshang.runtime.call import (
    AGENCY_SCOPES,
    NOBODY,
    PROMOTER_SCOPES,
    SHOP_SCOPES,
    Caller,
    Scope,
    WrongCaller,
)
from tongshang.runtime.rpc import Endpoint, WireReply, admit

EVERY: Final = [endpoint for room in ROOMS for endpoint in room.all]
every_endpoint = pytest.mark.parametrize("endpoint", EVERY, ids=lambda one: one.path)

CALLERS: Final = {
    "nobody": NOBODY,
    "buyer": Caller("buyer", frozenset({Scope.PUBLIC, Scope.BUYER}), buyer_id=1),
    "shop": Caller("shop", SHOP_SCOPES, party_id=1),
    "promoter": Caller("promoter", PROMOTER_SCOPES, party_id=2),
    "agency": Caller("agency", AGENCY_SCOPES, party_id=4),
    "operator": Caller("operator", frozenset({Scope.PUBLIC, Scope.OPERATOR}), party_id=3),
}
# Who may call, by the scope that an endpoint needs. The one table of permissions.
MAY: Final = {
    Scope.PUBLIC: {"nobody", "buyer", "shop", "promoter", "agency", "operator"},
    Scope.BUYER: {"buyer"},
    Scope.SHOP: {"shop"},
    Scope.PRODUCT: {"shop"},
    Scope.ORDER: {"shop"},
    Scope.FUNDS: {"shop"},
    Scope.LEAGUE: {"shop"},
    Scope.PROMOTER: {"promoter"},
    Scope.WINDOW: {"promoter"},
    Scope.COMMISSION: {"promoter"},
    Scope.AGENCY: {"agency"},
    Scope.OPERATOR: {"operator"},
}
# The audience that a path of our own names, and the scope it must therefore need. What anybody may
# read of the storefront is public.
AUDIENCE: Final = {
    "buyer": {Scope.BUYER, Scope.PUBLIC},
    "shop": {Scope.SHOP, Scope.PRODUCT, Scope.ORDER, Scope.FUNDS, Scope.LEAGUE},
    "promoter": {Scope.PROMOTER},
    "agency": {Scope.AGENCY},
    "sharer": {Scope.BUYER},  # a person who shares has no programs (reference section 1)
    "platform": {Scope.OPERATOR},
    "payment": {Scope.PUBLIC},
    "explain": {Scope.PUBLIC},  # asked by all who have money here; who has none is told nothing
    "sandbox": {Scope.PUBLIC},
    "event": {Scope.PUBLIC},
}


@every_endpoint
@pytest.mark.parametrize("who", CALLERS)
def test_lets_in_whom_the_table_names_and_nobody_else(endpoint: Endpoint, who: str) -> None:
    if who in MAY[endpoint.needs]:
        admit(endpoint, CALLERS[who])
    else:
        with pytest.raises(WrongCaller) as refused:
            admit(endpoint, CALLERS[who])
        assert endpoint.needs.value in refused.value.message(), "names the permission that lacks"


@every_endpoint
def test_needs_the_scope_of_the_audience_in_its_path(endpoint: Endpoint) -> None:
    if endpoint.is_wire:
        allowed = {Scope.PRODUCT, Scope.ORDER, Scope.FUNDS, Scope.LEAGUE, Scope.SHOP}
        if endpoint.path.startswith("/channels/ec/service/"):  # asked by those who write articles
            allowed = {Scope.PROMOTER}
        if endpoint.path.startswith(
            (
                "/channels/ec/league/headsupplier/",
                "/channels/ec/promoter/",
                "/channels/ec/category/league/",  # the square's categories
            )
        ):
            allowed = {Scope.AGENCY}
        if endpoint.path.startswith(("/channels/ec/talent/", "/channels/ec/window/")):
            allowed = {Scope.WINDOW, Scope.COMMISSION}
        assert endpoint.needs in allowed or endpoint.path.startswith("/cgi-bin/")
    else:
        assert endpoint.needs in AUDIENCE[endpoint.path.split("/")[2]]


@every_endpoint
async def test_a_stranger_over_http_gets_a_documented_code_and_changes_nothing(
    endpoint: Endpoint, opened: Opened, client: httpx.AsyncClient
) -> None:
    if endpoint.needs is Scope.PUBLIC:
        pytest.skip("anybody may call it")
    answer = await client.request(endpoint.method, endpoint.path, content=b"{}")
    if endpoint.is_wire:
        assert answer.status_code == 200
        assert answer.json()["errcode"] == 41001
        assert " rid: " in answer.json()["errmsg"]
    else:
        assert answer.status_code == Kind.UNKNOWN_CALLER
        assert answer.json()["rid"]
    async with calling(opened) as call:
        assert await call.tx.fetchval("select count(*) from jobs") == 0


@every_endpoint
def test_says_in_a_sentence_what_it_does(endpoint: Endpoint) -> None:
    assert endpoint.summary.split("\n\n")[0].endswith(".")


@every_endpoint
def test_takes_only_what_it_knows_on_our_own_paths_and_is_generous_on_the_wire(
    endpoint: Endpoint,
) -> None:
    assert endpoint.takes.__struct_config__.forbid_unknown_fields is not endpoint.is_wire


@every_endpoint
def test_answers_in_the_form_of_its_paths(endpoint: Endpoint) -> None:
    if endpoint.is_wire and not endpoint.path.startswith("/cgi-bin/"):
        assert issubclass(endpoint.gives, WireReply)
    assert issubclass(endpoint.gives, msgspec.Struct)


@every_endpoint
def test_money_on_our_own_paths_says_fen(endpoint: Endpoint) -> None:
    if endpoint.is_wire:
        return
    for struct in (endpoint.takes, endpoint.gives):
        for field in msgspec.structs.fields(struct):
            assert field.name not in {"amount", "price", "fee", "balance"}, "units last: …_fen"


def test_a_code_of_our_own_lies_in_its_room_s_block() -> None:
    for code, refusal in Refusal.taken.items():
        parts = refusal.__module__.split(".")
        if 9_000_000 <= code < 9_100_000 and parts[0] == "tongshang":
            room = parts[2] if parts[1] == "modules" else parts[1]
            assert code // 1000 == BLOCKS.get(room, BLOCKS["runtime"]), refusal.__name__


def test_every_refusal_says_the_same_in_both_languages() -> None:
    for refusal in Refusal.taken.values():
        english, chinese = refusal.__doc__ or "", refusal.zh
        for name in ("field", "rule", "limit", "path"):
            assert (f"{{{name}}}" in english) == (f"{{{name}}}" in chinese), refusal.__name__
