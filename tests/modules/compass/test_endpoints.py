"""Events over HTTP as pages send them: what is taken, what is passed over, what is refused."""

import asyncio
import uuid
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.market import Market
from tests.modules.compass.sending import event, rows, send
from tests.platform import ask, calling, finish_work, sent_statements
from tongshang.app import asgi, open_house
from tongshang.modules.compass import api
from tongshang.modules.compass.domain import filters
from tongshang.modules.compass.domain.events import EventKind, Mark, day_of
from tongshang.modules.compass.refusals import PeriodTooLong
from tongshang.modules.identity.api import open_session
from tongshang.modules.surfaces.api import CardRef, Surface, card_token
from tongshang.runtime.session import COOKIE, Session, seal

SEEN, CLICK, VIEW = EventKind.EXPOSURE, EventKind.CLICK, EventKind.VIEW


async def marks(market: Market) -> Counter[str]:
    return Counter(Mark(one["mark"]).name for one in await rows(market, "mark"))


def sign_in(client: httpx.AsyncClient, market: Market, buyer_id: int) -> None:
    session = Session("buyer", buyer_id, "小满", nonce="nonce")
    client.cookies.set(COOKIE, seal(market.opened.house.secret, session))


async def test_what_a_page_saw_is_written_with_where_it_was(
    client: httpx.AsyncClient, market: Market
) -> None:
    card = CardRef(
        int(market.shop_id), int(market.tea.product_id), market.promoter.party_id,
        int(market.content_id), surface=Surface.ARTICLE, position=3, share_id=77,
    )  # fmt: skip
    token = card_token(market.opened.house, card)
    answer = await send(client, event(SEEN, card=token, ago_ms=2_000), event(CLICK, card=token))
    assert answer.json() == {"accepted": 2, "rejected": 0}
    seen, click = await rows(market)
    assert (seen["kind"], click["kind"]) == (SEEN, CLICK)
    assert (click["at"] - seen["at"]).total_seconds() == 2
    for one in (seen, click):
        assert one["mark"] == Mark.COUNTED
        assert (one["surface"], one["position"], one["share_id"]) == (Surface.ARTICLE, 3, 77)
        assert (one["shop_id"], one["product_id"]) == card.key
        assert (one["carrier_id"], one["content_id"]) == (card.promoter_id, card.content_id)
        assert one["visit_id"] == seen["visit_id"] != 0


async def test_views_are_of_contents_products_and_shops_that_are_there(
    client: httpx.AsyncClient, market: Market
) -> None:
    answer = await send(
        client,
        event(VIEW, content_id=market.content_id, count=40),
        event(VIEW, product_id=market.tea.product_id),
        event(VIEW, shop_id=market.shop_id),
        event(VIEW, content_id="15"),
        event(VIEW, shop_id=str(market.promoter.party_id)),
        event(VIEW),
        event(SEEN, card="forged"),
        event(SEEN, card=(await market.card(market.tea))[:-1] + "!"),
    )
    assert answer.json() == {"accepted": 3, "rejected": 5}
    found = await rows(market, "surface, content_id, product_id, carrier_id, count")
    by_surface = {one["surface"]: one for one in found}
    article = by_surface[Surface.ARTICLE]
    assert article["carrier_id"] == market.promoter.party_id
    assert (article["content_id"], article["count"]) == (int(market.content_id), 40)
    assert by_surface[Surface.PRODUCT_PAGE]["product_id"] == int(market.tea.product_id)
    assert Surface.SHOP_HOME in by_surface
    await finish_work(market.opened)
    (today,) = (await market.ask(market.operator, "/v1/platform/event/intake")).days
    assert today.events == {"counted": 3, "forged": 2, "unknown": 3}


async def test_a_batch_that_is_sent_again_and_at_once_is_one(
    client: httpx.AsyncClient, market: Market
) -> None:
    card, batch = await market.card(market.tea), str(uuid.uuid4())
    sent = [event(SEEN, card=card), event(SEEN, card="forged")]
    answers = await asyncio.gather(*(send(client, *sent, batch=batch) for _ in range(8)))
    answers.append(await send(client, *sent, batch=batch))
    assert {one.text for one in answers} == {'{"accepted":1,"rejected":1}'}
    assert len(await rows(market)) == 1
    await finish_work(market.opened)
    (today,) = (await market.ask(market.operator, "/v1/platform/event/intake")).days
    assert today.events == {"counted": 1, "forged": 1}


async def test_doubles_are_kept_and_counted_once_whichever_process_they_come_to(
    client: httpx.AsyncClient, market: Market, dsn: str, tmp_path: Path
) -> None:
    card = await market.card(market.tea)
    async with open_house(dsn, tmp_path) as other:
        transport = httpx.ASGITransport(app=asgi(other.house))
        async with httpx.AsyncClient(transport=transport, base_url="http://two.test") as second:
            seen, click = event(SEEN, card=card), event(CLICK, card=card)
            await asyncio.gather(*(send(one, seen) for one in (client, second) * 5))
            await asyncio.gather(*(send(one, click) for one in (client, second)))
            await send(second, seen, page="p2")
    assert await marks(market) == {"COUNTED": 3, "DOUBLE": 10}


async def test_programs_floods_and_what_was_not_seen_are_kept_and_not_counted(
    client: httpx.AsyncClient, market: Market
) -> None:
    tea, cup = await market.card(market.tea), await market.card(market.cup)
    await send(client, event(SEEN, card=tea), agent="Mozilla/5.0 (compatible; Baiduspider/2.0)")
    await send(client, event(SEEN, card=tea), agent="")
    await send(client, event(CLICK, card=tea), page="p2")
    rushed = [event(CLICK, card=cup)] * (filters.CLICKS_PER_SECOND_MAX + 1)
    await send(client, *rushed, page="p3")
    assert await marks(market) == {"BOT": 2, "UNSEEN": 1, "TOO_FAST": len(rushed)}
    await finish_work(market.opened)
    assert await market.opened.house.pool.fetchval("select count(*) from event_days") == 0


async def test_a_flood_is_told_so_and_others_are_not(
    client: httpx.AsyncClient, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "VISIT_COUNTED_MAX", 2)
    monkeypatch.setattr(filters, "VISIT_TAKEN_MAX", 4)
    tea, cup = await market.card(market.tea), await market.card(market.cup)
    sent = [event(SEEN, card=tea), event(SEEN, card=cup), event(VIEW, shop_id=market.shop_id)]
    assert (await send(client, *sent)).json() == {"accepted": 3, "rejected": 0}
    assert (await send(client, *sent)).json() == {"accepted": 1, "rejected": 2}
    refused = await send(client, *sent)
    assert (refused.status_code, refused.json()["code"]) == (429, 9021001)
    assert (await send(client, *sent, page="p2")).status_code == 200
    assert await marks(market) == {"COUNTED": 4, "FLOOD": 3}


@pytest.mark.parametrize("kind", [EventKind.ORDER, EventKind.PAY, EventKind.REFUND, EventKind.GIFT])
async def test_money_is_no_clients_word(
    client: httpx.AsyncClient, market: Market, kind: EventKind
) -> None:
    answer = await send(client, event(kind, product_id=market.tea.product_id))
    assert answer.status_code == 400
    assert answer.json()["code"] == 40097
    assert await rows(market) == []


async def test_a_batch_has_a_name_and_at_most_a_hundred_events(
    client: httpx.AsyncClient, market: Market
) -> None:
    view = event(VIEW, shop_id=market.shop_id)
    for answer in (
        await send(client, *[view] * 101),
        await send(client),
        await send(client, view, batch="one"),
        await send(client, {**view, "amount_fen": 5}),
        await send(client, {**view, "count": 0}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, 40097), answer.text
    assert await rows(market) == []


# --- consent -----------------------------------------------------------------------------------


async def consent_to(market: Market, yes: bool) -> None:
    path = "/v1/buyer/event/consent/set"
    assert (await ask(market.opened, market.buyer, path, consents=yes)).consents is yes


@pytest.mark.parametrize(
    ("said", "page_allows", "is_kept"),
    [(None, True, False), (True, True, True), (True, False, False), (False, True, False)],
)
async def test_a_buyer_is_kept_with_his_own_word_and_no_objection_of_the_page(
    client: httpx.AsyncClient,
    market: Market,
    said: bool | None,
    page_allows: bool,
    is_kept: bool,
) -> None:
    buyer_id = market.buyer.buyer_id
    if said is not None:
        await consent_to(market, said)
    sign_in(client, market, buyer_id)
    await send(client, event(VIEW, shop_id=market.shop_id), consent=page_allows)
    (one,) = await rows(market)
    assert (one["buyer_id"], one["consent"]) == ((buyer_id, True) if is_kept else (0, False))


async def test_a_program_asks_its_buyer_itself_and_is_not_believed_against_his_no(
    client: httpx.AsyncClient, market: Market
) -> None:
    opened, buyer_id = market.opened, market.buyer.buyer_id
    async with calling(opened) as call:
        token = await open_session(call, buyer_id)
    client.headers["authorization"] = f"Bearer {token}"
    await send(client, event(VIEW, shop_id=market.shop_id), consent=True)
    await consent_to(market, False)
    await send(client, event(VIEW, product_id=market.tea.product_id), consent=True)
    assert [one["buyer_id"] for one in await rows(market)] == [buyer_id, 0]


async def test_a_no_takes_the_name_off_what_was_seen_and_leaves_orders(
    client: httpx.AsyncClient, market: Market
) -> None:
    await consent_to(market, True)
    sign_in(client, market, market.buyer.buyer_id)
    await send(client, event(VIEW, shop_id=market.shop_id), consent=True)
    await market.pay(await market.place(market.tea))
    await finish_work(market.opened)
    named = [one["buyer_id"] for one in await rows(market)]
    assert len(named) == 3
    assert set(named) == {market.buyer.buyer_id}
    await consent_to(market, False)
    await consent_to(market, True)
    await consent_to(market, False)
    market.opened.house.clock.offset += timedelta(minutes=1)
    await finish_work(market.opened)
    left = {one["kind"]: one["buyer_id"] for one in await rows(market)}
    assert left.pop(VIEW) == 0
    assert set(left.values()) == {market.buyer.buyer_id}, "whose order it is, the order says"


# --- what people do besides buying --------------------------------------------------------------


async def test_shares_likes_comments_and_follows_count_by_what_the_rooms_know(
    market: Market,
) -> None:
    opened, buyer = market.opened, market.buyer
    made = await ask(opened, market.promoter, "/v1/promoter/live/schedule", title="茶山夜话")
    room = made.content_id
    await ask(opened, market.promoter, "/v1/promoter/live/start", content_id=room)
    await ask(opened, buyer, "/v1/buyer/live/like", content_id=room, count=7)
    await ask(opened, buyer, "/v1/buyer/live/comment", content_id=room, text="好茶")
    token = await market.card(market.tea)
    await ask(opened, buyer, "/v1/buyer/share/make", token=token, to_surface=8)
    for party_id in (market.promoter.party_id, market.shop_id, market.shop_id):
        await ask(opened, buyer, "/v1/buyer/follow/set", party_id=party_id)
    await finish_work(opened)
    for item_id in (market.tea.product_id, market.tea.product_id, market.content_id):
        await ask(opened, buyer, "/v1/buyer/saved/set", item_id=item_id)
    told = [
        (EventKind(one["kind"]).name, one["surface"], one["count"]) for one in await rows(market)
    ]
    assert sorted(told) == sorted([
        ("LIKE", Surface.LIVE_ROOM, 7), ("COMMENT", Surface.LIVE_ROOM, 1),
        ("SHARE", Surface.CHAT, 1), ("FOLLOW", Surface.WINDOW, 1),
        ("FOLLOW", Surface.SHOP_HOME, 1), ("LIKE", Surface.PRODUCT_PAGE, 1),
        ("LIKE", Surface.ARTICLE, 1),
    ])  # fmt: skip
    assert not any(one["buyer_id"] or one["consent"] for one in await rows(market))
    (share,) = [one for one in await rows(market) if one["kind"] == EventKind.SHARE]
    assert share["product_id"] == int(market.tea.product_id)
    assert share["carrier_id"] == market.promoter.party_id


async def test_a_visit_is_its_session_whatever_the_page_says_and_nobody_consents_for_nobody(
    client: httpx.AsyncClient, market: Market
) -> None:
    await send(client, event(VIEW, shop_id=market.shop_id), consent=True, page="a")
    sign_in(client, market, market.buyer.buyer_id)
    for page in ("b", "c"):
        await send(client, event(VIEW, content_id=market.content_id), page=page)
    client.cookies.set(COOKIE, "forged")
    await send(client, event(VIEW, shop_id=market.shop_id), page="a")
    visits = Counter(one["visit_id"] for one in await rows(market))
    assert sorted(visits.values()) == [2, 2]
    assert not any(one["consent"] or one["buyer_id"] for one in await rows(market))


# --- costs and funnels -------------------------------------------------------------------------


async def test_any_number_of_batches_costs_the_same_few_statements(
    client: httpx.AsyncClient, market: Market
) -> None:
    card = await market.card(market.tea)
    some = [event(SEEN, card=card), event(CLICK, card=card)]
    await send(client, *some)
    for batches in (1, 40):
        with sent_statements(market.opened) as sent:
            await asyncio.gather(
                *(send(client, *some, page=f"{batches}-{n}") for n in range(batches))
            )
        # Begin, batches, twins, sights, load, commit; the events themselves are copied. While the
        # first batch is written the others gather.
        assert len(sent) <= (6 if batches == 1 else 12), sent


async def test_a_funnel_is_ones_own_and_divided_as_asked(
    client: httpx.AsyncClient, market: Market
) -> None:
    tea = await market.card(market.tea)
    await send(client, event(SEEN, card=tea), event(SEEN, card=await market.card(market.cup)))
    await send(client, event(CLICK, card=tea))
    await finish_work(market.opened)
    period = _period(market)
    found = await ask(market.opened, market.shop, "/v1/shop/funnel/get", **period, by="product")
    assert [(row.name, row.exposures, row.clicks, row.click_ppm) for row in found.rows] == [
        (market.tea.title, 1, 1, 1_000_000),
        (market.cup.title, 1, 0, 0),
    ]
    assert (found.whole.exposures, found.whole.click_ppm) == (2, 500_000)
    assert [day.exposures for day in found.days] == [0, 2, 0]
    for by, name in (("carrier", "阿宁"), ("content", "三坑两涧，一泡大红袍")):
        found = await ask(market.opened, market.shop, "/v1/shop/funnel/get", **period, by=by)
        assert [row.name for row in found.rows] == [name]
    path = "/v1/promoter/funnel/get"
    mine = await ask(market.opened, market.promoter, path, **period, by="surface", limit=1)
    assert [(row.key, row.clicks) for row in mine.rows] == [(str(Surface.ARTICLE.value), 1)]
    stranger = replace(market.promoter, party_id=1)
    assert (await ask(market.opened, stranger, path, **period)).rows == []


def _period(market: Market) -> dict[str, str]:
    today = day_of(market.opened.house.clock.now())
    return {"since": str(today - timedelta(days=1)), "until": str(today + timedelta(days=1))}


@pytest.mark.parametrize(
    ("since", "until"), [("2026-11-02", "2026-11-01"), ("2025-11-01", "2026-11-02")]
)
async def test_a_period_has_an_end_after_its_begin(market: Market, since: str, until: str) -> None:
    with pytest.raises(PeriodTooLong):
        await ask(market.opened, market.shop, "/v1/shop/funnel/get", since=since, until=until)


async def test_higher_rooms_learn_what_sold_what_is_looked_at_and_what_is_wanted(
    client: httpx.AsyncClient, market: Market
) -> None:
    card = await market.card(market.tea)
    await send(client, event(VIEW, content_id=market.content_id), event(SEEN, card=card))
    await send(client, event(CLICK, card=card))
    order_id = await market.place(market.tea, count=3, card=card)
    await market.pay(order_id)
    await finish_work(market.opened)
    key = (int(market.shop_id), int(market.tea.product_id))
    async with calling(market.opened) as call:
        other = (key[0], int(market.cup.product_id))
        assert await api.sold_counts(call.tx, [key, other]) == {key: 3}
        content_id = int(market.content_id)
        assert await api.views_of(call.tx, [content_id, 5]) == {content_id: 1}
        (trend,) = await api.trending(call.tx, call.at, 10)
        assert (trend.product_id, trend.clicks, trend.paid, trend.score) == (key[1], 1, 1, 21)
