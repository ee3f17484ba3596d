"""Confirmation codes: scanned by whom, confirmed by whom, and over after ten minutes."""

import base64

import pytest

from tests.modules.funds.purses import Purses
from tests.modules.funds.purses import purses as purses
from tests.platform import ask, calling
from tongshang.modules.funds import refusals
from tongshang.modules.identity import api as identity


async def _check(purses: Purses, ticket: str) -> tuple[int, int]:
    told = await purses.wire("/shop/funds/qrcode/check", qrcode_ticket=ticket)
    return told.status, told.scan_user_type


async def _ticket(purses: Purses) -> str:
    ticket: str = (await purses.wire("submitwithdraw", amount=1_000)).qrcode_ticket
    return ticket


async def test_a_code_is_a_picture_that_a_phone_reads_and_an_administrator_confirms(
    purses: Purses,
) -> None:
    ticket = await _ticket(purses)
    picture = (await purses.wire("/shop/funds/qrcode/get", qrcode_ticket=ticket)).qrcode_buf
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    assert await _check(purses, ticket) == (0, 0)
    view = await purses.phone("scan", ticket, scanner="other")
    assert (view.may_confirm, view.amount_fen, view.party_name) == (False, 1_000, "山里茶铺")
    assert await _check(purses, ticket) == (4, 0)
    with pytest.raises(refusals.NotAnAdministrator):
        await purses.phone("confirm", ticket)
    assert (await purses.phone("scan", ticket, scanner="deputy")).may_confirm
    assert await _check(purses, ticket) == (4, 2)
    await purses.phone("confirm", ticket)
    assert await _check(purses, ticket) == (1, 2)
    with pytest.raises(refusals.CodeOver):
        await purses.phone("scan", ticket)


async def test_an_unscanned_code_cannot_be_confirmed(purses: Purses) -> None:
    ticket = await _ticket(purses)
    with pytest.raises(refusals.NotAnAdministrator):
        await purses.phone("confirm", ticket)
    assert await _check(purses, ticket) == (0, 0)


async def test_cancelled_or_past_its_time_it_closes_the_withdrawal_and_the_day_is_free(
    purses: Purses,
) -> None:
    first = await purses.ask("shop", "withdrawal/submit", amount_fen=500)
    await purses.phone("scan", first.confirmation.ticket)
    await purses.phone("cancel", first.confirmation.ticket)
    assert await _check(purses, first.confirmation.ticket) == (2, 1)
    second = await purses.ask("shop", "withdrawal/submit", amount_fen=600)
    of = {"withdrawal_id": second.withdrawal.withdrawal_id}
    closed = await purses.ask("shop", "withdrawal/cancel", **of)
    assert (closed.withdrawal.state, closed.confirmation.state) == ("CLOSE", "cancelled")
    third = await purses.ask("shop", "withdrawal/submit", amount_fen=700)
    await purses.later(minutes=10)
    assert await _check(purses, third.confirmation.ticket) == (3, 0)
    assert await purses.state("shop", third) == "CLOSE"
    with pytest.raises(refusals.CodeOver):
        await purses.phone("confirm", third.confirmation.ticket)
    states = [one["qrcode_info"]["status"] for one in await purses.pushes("qrcode_status")]
    assert states == [4, 2, 2, 3]
    assert await purses.available("shop") == 10_000


async def test_a_person_behind_the_shop_confirms_with_their_own_phone(purses: Purses) -> None:
    async with calling(purses.opened) as call:
        ids = await identity.add_buyers(
            call, [identity.BuyerDraft("店主"), identity.BuyerDraft("路人")]
        )
        await identity.name_people(call, [(ids[0], purses.parties["shop"])])
        owner, other = [
            identity.buyer_caller(await identity.get_buyer(call.tx, one)) for one in ids
        ]
    of = {"ticket": await _ticket(purses)}
    assert not (await ask(purses.opened, other, "/v1/buyer/qr/scan", **of)).may_confirm
    with pytest.raises(refusals.NotAnAdministrator):
        await ask(purses.opened, other, "/v1/buyer/qr/cancel", **of)
    assert (await ask(purses.opened, owner, "/v1/buyer/qr/scan", **of)).may_confirm
    with pytest.raises(refusals.NotAnAdministrator):
        await ask(purses.opened, other, "/v1/buyer/qr/confirm", **of)
    done = await ask(purses.opened, owner, "/v1/buyer/qr/confirm", **of)
    assert done.state == "confirmed"


async def test_a_code_of_its_own_shows_who_is_there_and_moves_nothing(purses: Purses) -> None:
    ticket = (await purses.wire("/shop/funds/qrcode/gen", identity_type=1)).qrcode_ticket
    await purses.confirm(ticket)
    assert await _check(purses, ticket) == (1, 1)
    assert await purses.available("shop") == 10_000


async def test_the_sandbox_s_phone_exists_in_a_demo_only(purses: Purses) -> None:
    ticket = await _ticket(purses)
    purses.opened.house.demo = False
    for what in ("get", "scan", "confirm", "cancel"):
        with pytest.raises(refusals.PhoneOnlyInDemo):
            await purses.phone(what, ticket)
    with pytest.raises(refusals.CodeNotFound):
        await purses.wire("/shop/funds/qrcode/check", qrcode_ticket="0" * 24)
