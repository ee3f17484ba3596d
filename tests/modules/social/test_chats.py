"""Messages: numbers, what waits, what is taken back; many at once."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from tests.market import Market, png
from tests.modules.social.people import People, people_on
from tests.platform import calling, sent_statements
from tongshang.app import Opened
from tongshang.modules.media.api import PictureRefused
from tongshang.modules.social import api
from tongshang.modules.social.domain import MESSAGES_PER_MINUTE, RECALL_WITHIN
from tongshang.modules.social.refusals import (
    CardUnreadable,
    ChatNotFound,
    MessageNotFound,
    MessageNotTaken,
    RecallTooLate,
    TooManyMessages,
    WordsMissing,
)


@pytest.fixture
async def people(opened: Opened) -> People:
    return await people_on(opened, "木木", "秋秋", "星野", "胖胖")


@pytest.fixture
async def chat(people: People) -> str:
    return await people.befriend("木木", "秋秋")


async def test_what_is_said_waits_for_the_other_until_it_is_read(people: People, chat: str) -> None:
    await people.say("木木", chat, "今晚喝茶吗")
    sent = await people.say("木木", chat, "  <b>老地方</b>  ")
    assert (sent.text, sent.is_mine, sent.can_recall) == ("<b>老地方</b>", True, True)
    assert (await people.unread("秋秋"), await people.unread("木木")) == (2, 0)
    (item,) = (await people.ask("秋秋", "chat/list")).chats
    assert (item.name, item.unread, item.last.text) == ("木木", 2, "<b>老地方</b>")
    read = await people.ask("秋秋", "chat/read", chat_id=chat, seq=sent.seq - 1)
    assert (read.read_seq, read.unread) == (sent.seq - 1, 1)
    read = await people.ask("秋秋", "chat/read", chat_id=chat, seq=2**40)
    assert (read.read_seq, read.unread) == (sent.seq, 0), "nobody reads what is not yet said"
    await people.say("木木", chat, "好")
    assert await people.unread("秋秋") == 1
    await people.ask("秋秋", "chat/read", chat_id=chat, seq=1)
    assert await people.unread("秋秋") == 1, "reading goes forward only"


async def test_of_many_who_speak_at_once_each_has_a_number_of_its_own(people: People) -> None:
    for name in ("秋秋", "星野", "胖胖"):
        await people.befriend("木木", name)
    group = await people.group("木木", "秋秋", "星野", "胖胖")
    names = ("木木", "秋秋", "星野", "胖胖")
    said = await asyncio.gather(
        *(people.say(name, group, f"{name} {n}") for n in range(8) for name in names)
    )
    seqs = sorted(one.seq for one in said)
    assert seqs == list(range(seqs[0], seqs[0] + 32)), "no gap, no double"
    for name in names:
        assert await people.unread(name) == 24


async def test_nobody_who_polls_by_number_misses_a_message(people: People, chat: str) -> None:
    heard: list[int] = []

    async def poll() -> None:
        after = 0
        while len(heard) < 30:
            page = await people.ask("秋秋", "chat/messages", chat_id=chat, after=after, limit=7)
            heard.extend(one.seq for one in page.messages if one.kind == "text")
            after = max([after, *(one.seq for one in page.messages)])
            await asyncio.sleep(0)

    polling = asyncio.create_task(poll())
    await asyncio.gather(*(people.say("木木", chat, f"第 {n} 句") for n in range(30)))
    await asyncio.wait_for(polling, 30)
    assert heard == sorted(heard) == list(range(heard[0], heard[0] + 30))


async def test_of_reading_and_speaking_at_once_the_count_stays_exact(
    people: People, chat: str
) -> None:
    async def speak() -> None:
        for n in range(15):
            await people.say("木木", chat, f"{n}")

    async def read() -> None:
        for _ in range(15):
            page = await people.ask("秋秋", "chat/messages", chat_id=chat)
            await people.ask("秋秋", "chat/read", chat_id=chat, seq=page.messages[-1].seq)

    await asyncio.gather(speak(), read(), speak())
    view = await people.ask("秋秋", "chat/get", chat_id=chat)
    waiting = [
        one for one in await people.heard("秋秋", chat, limit=100) if one.seq > view.read_seq
    ]
    assert view.unread == await people.unread("秋秋") == len(waiting)


async def test_a_message_is_recalled_for_all_within_two_minutes(people: People, chat: str) -> None:
    wrong, right = await people.say("木木", chat, "发错了"), await people.say("木木", chat, "对的")
    await people.ask("木木", "chat/recall", chat_id=chat, seq=wrong.seq)
    assert await people.unread("秋秋") == 1
    shown = (await people.heard("秋秋", chat))[0]
    assert (shown.is_recalled, shown.text) == (True, "")
    for who, seq in (("秋秋", right.seq), ("木木", wrong.seq), ("星野", right.seq), ("木木", 999)):
        with pytest.raises(MessageNotFound):
            await people.ask(who, "chat/recall", chat_id=chat, seq=seq)
    people.opened.house.clock.offset += RECALL_WITHIN + timedelta(seconds=1)
    with pytest.raises(RecallTooLate):
        await people.ask("木木", "chat/recall", chat_id=chat, seq=right.seq)
    assert await people.unread("秋秋") == 1


async def test_recalling_and_reading_at_once_counts_nothing_twice(
    people: People, chat: str
) -> None:
    for _ in range(6):
        sent = await people.say("木木", chat, "一会儿撤回")
        await asyncio.gather(
            people.ask("木木", "chat/recall", chat_id=chat, seq=sent.seq),
            people.ask("秋秋", "chat/read", chat_id=chat, seq=sent.seq),
        )
    assert await people.unread("秋秋") == 0


async def test_what_one_deletes_stays_with_the_other(people: People, chat: str) -> None:
    first = await people.say("木木", chat, "一")
    await people.say("木木", chat, "二")
    await people.ask("秋秋", "chat/forget", chat_id=chat, seq=first.seq)
    assert await people.texts("秋秋", chat) == ["二"]
    assert await people.texts("木木", chat) == ["一", "二"]
    assert await people.unread("秋秋") == 1
    await people.ask("木木", "chat/recall", chat_id=chat, seq=first.seq)
    assert await people.unread("秋秋") == 1, "what was deleted did not wait any more"
    await people.ask("秋秋", "chat/clear", chat_id=chat)
    assert (await people.texts("秋秋", chat), await people.unread("秋秋")) == ([], 0)
    assert (await people.ask("秋秋", "chat/list")).chats[0].last is None
    with pytest.raises(MessageNotFound):
        await people.ask("秋秋", "chat/forget", chat_id=chat, seq=first.seq)


async def test_a_stranger_finds_no_chat_and_no_message(people: People, chat: str) -> None:
    sent = await people.say("木木", chat, "悄悄话")
    for path, fields in (
        ("chat/get", {}), ("chat/messages", {}), ("chat/read", {"seq": 1}), ("chat/clear", {}),
        ("chat/settings", {"is_muted": True}), ("chat/send", {"body": {"kind": "text", "text": "x"}}),
    ):  # fmt: skip
        with pytest.raises(ChatNotFound):
            await people.ask("星野", path, chat_id=chat, **fields)
    for path in ("chat/recall", "chat/forget"):
        with pytest.raises(MessageNotFound):
            await people.ask("星野", path, chat_id=chat, seq=sent.seq)
    assert (await people.ask("星野", "chat/list")).chats == []


async def test_muted_chats_do_not_count_and_hidden_ones_come_back(
    people: People, chat: str
) -> None:
    await people.befriend("秋秋", "星野")
    await people.ask("秋秋", "chat/settings", chat_id=chat, is_muted=True, is_pinned=True)
    await people.ask("秋秋", "chat/settings", chat_id=chat, is_hidden=True)
    assert len((await people.ask("秋秋", "chat/list")).chats) == 1
    await people.say("木木", chat, "在吗")
    chats = (await people.ask("秋秋", "chat/list")).chats
    assert [one.name for one in chats] == ["木木", "星野"], "pinned, and back"
    unread = await people.ask("秋秋", "chat/unread")
    assert (unread.unread, unread.muted_chats) == (0, 1)


async def test_chats_are_paged_without_losing_one(people: People) -> None:
    for name in ("秋秋", "星野", "胖胖"):
        await people.say("木木", await people.befriend("木木", name), "你好")
    names, key = [], ""
    for _ in range(3):
        page = await people.ask("木木", "chat/list", limit=1, next_key=key)
        names += [one.name for one in page.chats]
        key = page.next_key
    assert (names, key) == (["胖胖", "星野", "秋秋"], "")


async def test_too_much_and_nothing_is_refused_in_words(people: People, chat: str) -> None:
    with pytest.raises(WordsMissing):
        await people.say("木木", chat, " \n ")
    with pytest.raises(msgspec.ValidationError, match="length <= 500"):
        await people.say("木木", chat, "长" * 501)
    for _ in range(MESSAGES_PER_MINUTE - 1):  # the empty one counted
        await people.say("木木", chat, "在吗")
    with pytest.raises(TooManyMessages):
        await people.say("木木", chat, "在吗")
    await people.say("秋秋", chat, "在")
    people.opened.house.clock.offset += timedelta(minutes=1)
    await people.say("木木", chat, "明天见")


# --- what is shown -----------------------------------------------------------------------------


@pytest.fixture
async def talk(market: Market) -> tuple[Market, People, str]:
    people = await people_on(market.opened, "木木", "秋秋")
    return market, people, await people.befriend("木木", "秋秋")


async def test_a_lone_link_becomes_its_card_and_words_around_it_stay_words(
    talk: tuple[Market, People, str],
) -> None:
    market, people, chat = talk
    address = market.opened.house.address
    link = f"{address}/p/{market.tea.product_id}"
    body = {"kind": "text", "text": link, "may_turn": True}
    sent = await people.ask("木木", "chat/send", chat_id=chat, body=body)
    assert (sent.kind, sent.card.title, sent.card.price_fen) == (
        "product",
        market.tea.title,
        12_800,
    )
    plain = await people.ask("木木", "chat/send", chat_id=chat, body={**body, "may_turn": False})
    assert (plain.kind, plain.text) == ("text", link)
    body["text"] = f"看看这个 {link} 怎么样"
    assert (await people.ask("木木", "chat/send", chat_id=chat, body=body)).kind == "text"
    body["text"] = "https://evil.test/p/1"
    assert (await people.ask("木木", "chat/send", chat_id=chat, body=body)).kind == "text"
    preview = await people.ask("木木", "chat/preview", text=f"看看这个 {link} 怎么样")
    assert (preview.kind, preview.card.title) == ("product", market.tea.title)
    assert (await people.ask("木木", "chat/preview", text="没有链接")).kind == ""


async def test_a_card_keeps_its_promoter_and_says_who_showed_it(
    talk: tuple[Market, People, str],
) -> None:
    market, people, chat = talk
    token = await market.card(market.tea)
    body = {"kind": "card", "text": f"/c/{token}"}
    sent = await people.ask("木木", "chat/send", chat_id=chat, body=body)
    (seen,) = await people.heard("秋秋", chat)
    assert seen.card.token == sent.card.token != token
    await people.ask("秋秋", "card/open", token=seen.card.token)
    async with calling(market.opened) as call:
        (share,) = await call.tx.fetch("select * from link_shares")
        opened = await call.tx.fetchval("select buyer_id from share_openings")
        (touch,) = await call.tx.fetch("select * from touches")
    assert share["sharer_id"] == people["木木"].buyer_id
    assert touch["promoter_id"] == market.promoter.party_id
    assert opened == people["秋秋"].buyer_id
    onward = await people.ask("秋秋", "chat/send", chat_id=chat, body={
        "kind": "card", "text": seen.card.url,
    })  # fmt: skip
    async with calling(market.opened) as call:
        depth = await call.tx.fetchval("select max(depth) from link_shares")
    assert (onward.kind, depth) == ("product", 2), "who shows it on stands below who showed it"


async def test_a_card_shows_what_is_so_now(talk: tuple[Market, People, str]) -> None:
    market, people, chat = talk
    body = {"kind": "product", "shop_id": market.shop_id, "product_id": market.cup.product_id}
    await people.ask("木木", "chat/send", chat_id=chat, body=body)
    path = "/channels/ec/product/delisting"
    await market.ask(market.shop, path, product_id=market.cup.product_id)
    (seen,) = await people.heard("秋秋", chat)
    assert (seen.card.is_available, seen.card.title) == (False, market.cup.title)


async def test_shops_and_stories_are_shown_as_cards(talk: tuple[Market, People, str]) -> None:
    market, people, chat = talk
    for body in (
        {"kind": "shop", "shop_id": market.shop_id},
        {"kind": "content", "content_id": market.content_id},
    ):
        await people.ask("木木", "chat/send", chat_id=chat, body=body)
    shop, story = await people.heard("秋秋", chat)
    assert (shop.shop.name, story.content.title) == ("山里茶铺", "三坑两涧，一泡大红袍")
    await market.ask(market.promoter, "/v1/promoter/content/remove", content_id=market.content_id)
    _, story = await people.heard("秋秋", chat)
    assert (story.content.is_available, story.content.url) == (False, "")
    for body in (
        {"kind": "shop", "shop_id": str(market.promoter.party_id)},
        {"kind": "content", "content_id": market.content_id},
        {"kind": "product", "shop_id": market.shop_id, "product_id": "1"},
        {"kind": "card", "text": "/c/" + "x" * 60},
    ):
        with pytest.raises(CardUnreadable):
            await people.ask("木木", "chat/send", chat_id=chat, body=body)
    assert len(await people.heard("秋秋", chat)) == 2


async def test_pictures_are_pictures(people: People, chat: str) -> None:
    sent = await people.ask("木木", "chat/picture/send", chat_id=chat, media=png(1, 2, 3, 48))
    assert (sent.kind, sent.width, sent.height) == ("picture", 48, 48)
    with pytest.raises(PictureRefused):
        await people.ask("木木", "chat/picture/send", chat_id=chat, media=b"<svg onload=x>")
    assert len(await people.heard("秋秋", chat)) == 1


async def test_other_rooms_send_to_friends_and_into_chats(people: People, chat: str) -> None:
    mumu, qiuqiu, xingye = (people[name].buyer_id for name in ("木木", "秋秋", "星野"))
    body = api.Body.of_gift(4_200_000_000_000_000_001)
    async with calling(people.opened) as call:
        sent = await api.send(call, api.MessageDraft(mumu, body, to_buyer_id=qiuqiu))
        assert sent.chat_id == int(chat)
    (seen,) = await people.heard("秋秋", chat)
    assert (seen.kind, seen.present_id) == ("gift", "4200000000000000001")
    with pytest.raises(MessageNotTaken):
        async with calling(people.opened) as call:
            await api.send(call, api.MessageDraft(mumu, body, to_buyer_id=xingye))


async def test_a_message_costs_the_same_for_two_and_for_a_hundred(opened: Opened) -> None:
    names = [f"群友{n}" for n in range(100)]
    people = await people_on(opened, "木木", *names)
    for name in names:
        await people.befriend(name, "木木")
    small, large = await people.group("木木", names[0]), await people.group("木木", *names)
    counts = []
    for chat in (small, large):
        await people.say("木木", chat, "预热")
        with sent_statements(opened) as sent:
            await people.say("木木", chat, "你好")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 8
    with sent_statements(opened) as sent:
        page = await people.ask(names[1], "chat/messages", chat_id=large)
    assert len(page.messages) >= 2
    assert len(sent) <= 5, sent
    with sent_statements(opened) as sent:
        assert len((await people.ask("木木", "chat/list", limit=100)).chats) == 100
    assert len(sent) <= 7, sent


async def test_what_is_said_is_heard_at_once_by_who_listens(people: People, chat: str) -> None:
    streams = people.opened.house.streams
    hearing = people.opened.house.registry.find("/v1/buyer/chat/stream")
    assert hearing.hears is not None
    async with calling(people.opened, people["秋秋"]) as call:
        granted = await hearing.hears(call, None)
        listener = streams.join(people["秋秋"], granted)
    try:
        sent = await people.say("木木", chat, "在吗")
        heard = await asyncio.wait_for(listener.next(), 5)
        assert b"event: message" in heard
        assert f'"seq":{sent.seq}'.encode() in heard
        assert "在吗".encode() not in heard, "what was said is asked for, by who may"
        await people.ask("秋秋", "chat/read", chat_id=chat, seq=sent.seq)
        assert b"event: read" in await asyncio.wait_for(listener.next(), 5)
    finally:
        streams.leave(listener)
