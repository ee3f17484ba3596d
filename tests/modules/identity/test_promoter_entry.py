"""Becoming a promoter: once a person, with the rules agreed to."""

import asyncio
from typing import Any

import pytest

from tests.platform import ask, calling
from tongshang.app import Opened
from tongshang.kernel.refusal import Refusal
from tongshang.modules.identity import api
from tongshang.modules.identity.api import BuyerDraft, PartyKind
from tongshang.modules.identity.refusals import PromoterAlready, RulesChanged
from tongshang.runtime.call import Caller

OPEN = "/v1/buyer/promoter/open"
GET = "/v1/buyer/promoter/get"
WHO: dict[str, Any] = {"name": "阿满写字", "intro": "一周一篇", "rules": 1}


@pytest.fixture
async def person(opened: Opened) -> Caller:
    async with calling(opened) as call:
        (buyer_id,) = await api.add_buyers(call, [BuyerDraft("阿满")])
        return api.buyer_caller((await api.find_buyers(call.tx, [buyer_id]))[buyer_id])


async def promoters(opened: Opened) -> list[str]:
    async with calling(opened) as call:
        return [one.name for one in await api.list_parties(call.tx, PartyKind.PROMOTER)]


async def test_a_person_becomes_a_promoter_and_stands_behind_it(
    opened: Opened, person: Caller
) -> None:
    before = await ask(opened, person, GET)
    assert (before.promoter_id, before.rules) == ("", 1)
    made = await ask(opened, person, OPEN, **WHO)
    assert await ask(opened, person, GET) == made
    assert (made.name, made.intro, made.agreed_rules) == ("阿满写字", "一周一篇", 1)
    async with calling(opened) as call:
        behind = await api.parties_behind(call.tx, [person.buyer_id])
    assert behind == {person.buyer_id: frozenset({int(made.promoter_id)})}


async def test_nobody_becomes_two_promoters_not_even_at_once(
    opened: Opened, person: Caller
) -> None:
    both: tuple[Any, ...] = await asyncio.gather(
        ask(opened, person, OPEN, **WHO),
        ask(opened, person, OPEN, **WHO | {"name": "另一个名字"}),
        return_exceptions=True,
    )
    assert [isinstance(one, PromoterAlready) for one in both].count(True) == 1
    assert len(await promoters(opened)) == 1
    with pytest.raises(PromoterAlready):
        await ask(opened, person, OPEN, **WHO)


async def test_other_rules_than_those_that_hold_are_not_agreed_to(
    opened: Opened, person: Caller
) -> None:
    with pytest.raises(RulesChanged):
        await ask(opened, person, OPEN, **WHO | {"rules": 2})
    assert await promoters(opened) == []


@pytest.mark.parametrize("name", ["", "一", "长" * 21, "<b>粗</b>", "有\0空", "  ", " 空格"])
async def test_a_name_that_cannot_be_public_is_refused(
    opened: Opened, person: Caller, name: str
) -> None:
    endpoint = opened.house.registry.find(OPEN)
    with pytest.raises((Refusal, ValueError)):
        await ask(opened, person, endpoint.path, **WHO | {"name": name})
    assert await promoters(opened) == []
