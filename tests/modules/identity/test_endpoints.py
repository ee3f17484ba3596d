"""Tokens as programs get and use them, and how buyers are recognised."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.platform import calling
from tongshang.app import Opened
from tongshang.modules.identity import api, endpoints
from tongshang.modules.identity.api import AppSecret, BuyerDraft, PartyDraft, PartyKind
from tongshang.modules.identity.refusals import BuyerNotFound, PartyNotFound
from tongshang.runtime.clock import machine_now

PLAIN = "/cgi-bin/token"
STABLE = "/cgi-bin/stable_token"
WORD = "client_credential"


@pytest.fixture
async def app(opened: Opened) -> AppSecret:
    async with calling(opened) as call:
        (party_id,) = await api.add_parties(call, [PartyDraft(PartyKind.SHOP, "山间杂货")])
        return await api.add_app(call, party_id)


async def plain(client: httpx.AsyncClient, app: AppSecret) -> dict[str, Any]:
    answer = await client.get(
        PLAIN, params={"grant_type": WORD, "appid": app.appid, "secret": app.secret}
    )
    return dict(answer.json())


async def stable(client: httpx.AsyncClient, app: AppSecret, **more: object) -> dict[str, Any]:
    body = {"grant_type": WORD, "appid": app.appid, "secret": app.secret, **more}
    return dict((await client.post(STABLE, json=body)).json())


async def errcode(client: httpx.AsyncClient, token: str) -> int:
    """What a call with the token is told; 48001 means that the caller was recognised."""
    answer = await client.get("/v1/buyer/me", headers={"Authorization": f"Bearer {token}"})
    return int(answer.json()["code"])


def later(opened: Opened, **by: float) -> None:
    opened.house.clock.offset += timedelta(**by)


async def test_a_new_plain_token_leaves_the_former_one_five_minutes(
    opened: Opened, client: httpx.AsyncClient, app: AppSecret
) -> None:
    first = await plain(client, app)
    assert set(first) == {"access_token", "expires_in"}
    assert first["expires_in"] == 7200
    second = await plain(client, app)
    assert second["access_token"] != first["access_token"]
    assert await errcode(client, first["access_token"]) == 48001
    later(opened, minutes=4, seconds=59)
    assert await errcode(client, first["access_token"]) == 48001
    later(opened, seconds=2)
    assert await errcode(client, first["access_token"]) == 40001
    assert await errcode(client, second["access_token"]) == 48001
    later(opened, hours=2)
    assert await errcode(client, second["access_token"]) == 42001


async def test_the_stable_token_is_the_same_with_what_is_left_until_near_its_end(
    opened: Opened, client: httpx.AsyncClient, app: AppSecret
) -> None:
    first = await stable(client, app)
    later(opened, seconds=7200 - 345)
    again = await stable(client, app)
    assert again["access_token"] == first["access_token"]
    assert 343 <= again["expires_in"] <= 345
    later(opened, seconds=60)
    following = await stable(client, app)
    assert following["access_token"] != first["access_token"]
    assert following["expires_in"] == 7200
    assert await errcode(client, first["access_token"]) == 48001
    later(opened, minutes=5)
    assert await errcode(client, first["access_token"]) == 40001


async def test_the_two_flows_never_touch(client: httpx.AsyncClient, app: AppSecret) -> None:
    steady = await stable(client, app)
    await plain(client, app)
    kept = await plain(client, app)
    assert (await stable(client, app))["access_token"] == steady["access_token"]
    await stable(client, app, force_refresh=True)
    assert await errcode(client, kept["access_token"]) == 48001


async def test_a_forced_refresh_ends_the_former_token_at_once(
    client: httpx.AsyncClient, app: AppSecret
) -> None:
    first = (await stable(client, app))["access_token"]
    assert await errcode(client, first) == 48001
    second = (await stable(client, app, force_refresh=True))["access_token"]
    assert await errcode(client, first) == 40001
    assert await errcode(client, second) == 48001


async def test_refreshes_are_forced_half_a_minute_apart_and_twenty_a_day(
    opened: Opened, client: httpx.AsyncClient, app: AppSecret
) -> None:
    # From the beginning of a day in China, so that the twenty fall into one.
    now = opened.house.clock.now()
    opened.house.clock.offset += timedelta(days=1) - timedelta(
        hours=(now.hour + 8) % 24, minutes=now.minute, seconds=now.second
    )
    token = (await stable(client, app, force_refresh="true"))["access_token"]
    later(opened, seconds=29)
    assert (await stable(client, app, force_refresh=True))["errcode"] == 45011
    assert (await stable(client, app))["access_token"] == token
    for _ in range(19):
        later(opened, seconds=30)
        token = (await stable(client, app, force_refresh=True))["access_token"]
    later(opened, seconds=30)
    assert (await stable(client, app, force_refresh=True))["errcode"] == 45009
    assert (await stable(client, app))["access_token"] == token
    later(opened, days=1)
    assert "access_token" in await stable(client, app, force_refresh=True)


async def test_of_many_who_ask_at_once_all_get_one_stable_token(
    opened: Opened, client: httpx.AsyncClient, app: AppSecret
) -> None:
    answers = await asyncio.gather(*(stable(client, app) for _ in range(8)))
    assert len({answer["access_token"] for answer in answers}) == 1
    rows = await opened.house.pool.fetchval("select count(*) from tokens")
    assert rows == 1


async def test_of_many_plain_tokens_at_once_one_is_the_latest(
    opened: Opened, client: httpx.AsyncClient, app: AppSecret
) -> None:
    answers = await asyncio.gather(*(plain(client, app) for _ in range(8)))
    assert len({answer["access_token"] for answer in answers}) == 8
    latest = await opened.house.pool.fetchval("select count(*) from tokens where is_latest")
    assert latest == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"grant_type": "password"}, 40002),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": "not the secret"}, 40001),
    ],
)
async def test_wrong_credentials_get_their_code_and_no_token(
    opened: Opened,
    client: httpx.AsyncClient,
    app: AppSecret,
    wrong: dict[str, str],
    code: int,
) -> None:
    shown = {"grant_type": WORD, "appid": app.appid, "secret": app.secret, **wrong}
    assert (await client.get(PLAIN, params=shown)).json()["errcode"] == code
    assert (await client.post(STABLE, json=shown)).json()["errcode"] == code
    assert await opened.house.pool.fetchval("select count(*) from tokens") == 0


async def test_an_apps_own_quota_counts(
    opened: Opened, client: httpx.AsyncClient, app: AppSecret
) -> None:
    token = (await stable(client, app))["access_token"]
    await opened.house.pool.execute("update apps set calls_per_day = 2")
    assert [await errcode(client, token) for _ in range(3)] == [48001, 48001, 45009]


async def test_one_address_cannot_try_secrets_for_ever(
    opened: Opened, client: httpx.AsyncClient, app: AppSecret
) -> None:
    wrong = AppSecret(app.appid, "0" * 32)
    assert (await plain(client, wrong))["errcode"] == 40001
    for _ in range(endpoints.TOKEN_CALLS_PER_MINUTE - 1):
        opened.house.limits.count("tokens for address 127.0.0.1", machine_now(), 10**6, 10**6)
    assert (await plain(client, wrong))["errcode"] == 45011


async def test_a_token_is_not_kept_for_an_idempotency_key(
    opened: Opened, client: httpx.AsyncClient, app: AppSecret
) -> None:
    body = {"grant_type": WORD, "appid": app.appid, "secret": app.secret}
    answer = await client.post(STABLE, json=body, headers={"Idempotency-Key": "k"})
    assert answer.json()["expires_in"] == 7200
    assert await opened.house.pool.fetchval("select count(*) from once") == 0


async def test_what_is_stored_is_of_no_use_to_a_thief(
    opened: Opened, client: httpx.AsyncClient, app: AppSecret
) -> None:
    given = [
        (await plain(client, app))["access_token"],
        (await stable(client, app))["access_token"],
    ]
    rows = await opened.house.pool.fetch("select t::text || a::text as row from tokens t, apps a")
    stored = " ".join(row["row"] for row in rows)
    assert app.secret not in stored
    assert not [token for token in given if token in stored or token.split(".")[1] in stored]


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("", 41001),
        ("nonsense", 40014),
        ("wx0123456789abcdef." + "x" * 43, 40001),
        ("17000000000000000." + "x" * 32, 40001),
        ("9" * 19 + "." + "x" * 32, 40014),
    ],
)
async def test_a_token_that_is_none_of_ours_is_refused(
    client: httpx.AsyncClient, token: str, code: int
) -> None:
    answer = await client.get("/v1/buyer/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.json()["code"] == code


async def test_a_buyers_session_says_who_the_buyer_is_until_it_ends(
    opened: Opened, client: httpx.AsyncClient
) -> None:
    async with calling(opened) as call:
        drafts = [BuyerDraft(f"顾客{number}") for number in range(3_000)]
        buyer_ids = await api.add_buyers(call, drafts)
        token = await api.open_session(call, buyer_ids[7])
    headers = {"Authorization": f"Bearer {token}"}
    me = (await client.get("/v1/buyer/me", headers=headers)).json()
    assert me["buyer_id"] == str(buyer_ids[7])
    assert me["nickname"] == "顾客7"
    assert len(me["openid"]) == 28
    assert await errcode(client, token.replace(str(buyer_ids[7]), str(buyer_ids[8]))) == 40001
    later(opened, days=30)
    assert await errcode(client, token) == 42001


async def test_each_kind_of_party_may_do_its_own(opened: Opened, client: httpx.AsyncClient) -> None:
    scopes: dict[PartyKind, set[str]] = {}
    async with calling(opened) as call:
        ids = await api.add_parties(call, [PartyDraft(kind, kind.value) for kind in PartyKind])
        apps = [await api.add_app(call, party_id) for party_id in ids]
    for kind, party_id, app in zip(PartyKind, ids, apps, strict=True):
        token = (await plain(client, app))["access_token"]
        caller = await api.caller_by_access_token(opened.house, token)
        assert caller == await api.caller_by_bearer(opened.house, token)
        assert (caller.party_id, caller.appid) == (party_id, app.appid)
        scopes[kind] = {str(scope) for scope in caller.scopes}
    assert scopes[PartyKind.SHOP] == {"public", "shop", "129", "131", "138", "141"}
    assert scopes[PartyKind.PROMOTER] == {"public", "promoter", "189", "190"}
    assert scopes[PartyKind.AGENCY] == {"public", "agency"}
    assert scopes[PartyKind.SHARER] == {"public"}
    assert scopes[PartyKind.PLATFORM] == {"public", "operator"}


async def test_persons_stand_behind_parties_and_are_named_once(opened: Opened) -> None:
    async with calling(opened) as call:
        mine, other = await api.add_parties(call, [PartyDraft(PartyKind.PROMOTER, "阿宁")] * 2)
        first, second = await api.add_buyers(call, [BuyerDraft("宁宁"), BuyerDraft("小满")])
        await api.name_people(call, [(first, mine), (first, other)])
        await api.name_people(call, [(first, mine)])
        behind = await api.parties_behind(call.tx, [first, second])
        assert behind == {first: frozenset({mine, other})}
        party = await api.get_party(call.tx, mine)
        assert await api.find_by_appids(call.tx, [party.appid, "wxnobody"]) == {party.appid: party}


async def test_an_appid_belongs_to_one_app(opened: Opened, app: AppSecret) -> None:
    async with calling(opened) as call:
        (other,) = await api.add_parties(call, [PartyDraft(PartyKind.SHOP, "茶事")])

    async def take() -> AppSecret:
        async with calling(opened) as call:
            return await api.add_app(call, other, "wxteahouse01")

    given = await asyncio.gather(take(), take(), return_exceptions=True)
    assert sorted(type(one).__name__ for one in given) == ["AppSecret", "AppidTaken"]
    async with calling(opened) as call:
        with pytest.raises(PartyNotFound):
            await api.add_app(call, 1)
        with pytest.raises(BuyerNotFound):
            await api.open_session(call, 1)
        assert [party.name for party in await api.list_parties(call.tx, PartyKind.SHOP)] == [
            "山间杂货",
            "茶事",
        ]
