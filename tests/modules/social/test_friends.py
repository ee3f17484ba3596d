"""How people become friends, and what is left when one blocks the other."""

import asyncio

import pytest

from tests.modules.social.people import People, people_on
from tests.platform import calling
from tongshang.app import Opened
from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.refusal import Refusal
from tongshang.modules.social import api
from tongshang.modules.social.domain import REQUESTS_PER_DAY
from tongshang.modules.social.refusals import (
    ContactNotFound,
    FriendsAlready,
    MessageNotTaken,
    OneselfChosen,
    PersonBlocked,
    PersonNotFound,
    RequestNotFound,
    TooManyRequests,
)


@pytest.fixture
async def people(opened: Opened) -> People:
    return await people_on(opened, "木木", "木子", "秋秋", "星野")


async def test_a_request_accepted_makes_friends_and_a_chat_that_begins_with_its_greeting(
    people: People,
) -> None:
    assert (await people.request("木木", "秋秋", "我是木木")).relation == "asked"
    (asked,) = (await people.ask("秋秋", "contact/request/list")).requests
    assert (asked.person.name, asked.greeting, asked.is_mine) == ("木木", "我是木木", False)
    assert (await people.ask("秋秋", "chat/unread")).requests == 1
    opened = await people.ask("秋秋", "contact/request/accept", buyer_id=people.id("木木"))
    page = await people.ask("秋秋", "chat/messages", chat_id=opened.chat_id)
    assert [(one.kind, one.text or one.notice) for one in page.messages] == [
        ("text", "我是木木"),
        ("notice", "befriended"),
    ]
    for one, other in (("木木", "秋秋"), ("秋秋", "木木")):
        assert [c.name for c in (await people.ask(one, "contact/list")).contacts] == [other]
    with pytest.raises(FriendsAlready):
        await people.request("木木", "秋秋")


async def test_people_are_found_by_the_beginning_of_their_nickname(people: People) -> None:
    found = (await people.ask("秋秋", "contact/find", nickname="木")).people
    assert found == [], "a single character is a whole nickname"
    found = (await people.ask("秋秋", "contact/find", nickname="木木")).people
    assert [one.name for one in found] == ["木木"]
    profile = await people.ask("秋秋", "contact/get", token=found[0].token)
    assert profile.relation == "none"
    for nickname in ("%", "木_", "\U0010ffff", "无此人"):
        assert (await people.ask("秋秋", "contact/find", nickname=nickname)).people == []


async def test_who_asks_each_other_need_not_answer(people: People) -> None:
    await people.request("木木", "秋秋")
    assert (await people.request("秋秋", "木木")).relation == "friend"
    assert (await people.ask("木木", "contact/list")).contacts[0].name == "秋秋"


async def test_of_an_answer_and_a_withdrawal_at_once_one_counts(people: People) -> None:
    await people.request("木木", "秋秋")
    given = await asyncio.gather(
        people.ask("秋秋", "contact/request/accept", buyer_id=people.id("木木")),
        people.ask("木木", "contact/request/withdraw", buyer_id=people.id("秋秋")),
        people.ask("秋秋", "contact/request/decline", buyer_id=people.id("木木")),
        return_exceptions=True,
    )
    assert sum(not isinstance(one, Refusal) for one in given) == 1
    assert all(isinstance(one, IllegalMove) for one in given if isinstance(one, Refusal))
    friends = (await people.ask("木木", "contact/list")).contacts
    assert bool(friends) is not isinstance(given[0], Refusal)


async def test_a_request_is_answered_by_whom_it_was_made_to_and_nobody_else(
    people: People,
) -> None:
    await people.request("木木", "秋秋")
    for who, do, named in (
        ("木木", "accept", "秋秋"), ("星野", "accept", "木木"), ("星野", "withdraw", "秋秋"),
        ("秋秋", "withdraw", "木木"),
    ):  # fmt: skip
        with pytest.raises(RequestNotFound):
            await people.ask(who, f"contact/request/{do}", buyer_id=people.id(named))
    await people.ask("秋秋", "contact/request/decline", buyer_id=people.id("木木"))
    assert (await people.request("木木", "秋秋")).relation == "asked", "one may ask again"
    with pytest.raises(OneselfChosen):
        await people.request("木木", "木木")


async def test_one_asks_so_many_a_day(people: People) -> None:
    others = await people_on(people.opened, *(f"路人{n}" for n in range(REQUESTS_PER_DAY + 1)))
    tokens = [await others.token(name) for name in others.callers]
    for token in tokens[:-1]:
        await people.ask("木木", "contact/request", token=token)
    with pytest.raises(TooManyRequests):
        await people.ask("木木", "contact/request", token=tokens[-1])
    assert len((await people.ask("木木", "contact/request/list")).requests) == REQUESTS_PER_DAY


async def test_who_was_removed_is_not_told_but_does_not_get_through(people: People) -> None:
    chat_id = await people.befriend("木木", "秋秋")
    await people.ask("秋秋", "contact/remove", buyer_id=people.id("木木"))
    with pytest.raises(MessageNotTaken):
        await people.say("木木", chat_id, "在吗")
    assert await people.texts("秋秋", chat_id) == []
    assert (await people.ask("木木", "contact/list")).contacts[0].name == "秋秋"
    assert (await people.request("秋秋", "木木")).relation == "friend", "they have one still"
    await people.say("木木", chat_id, "在吗")
    with pytest.raises(ContactNotFound):
        await people.ask("木木", "contact/remove", buyer_id=people.id("星野"))


async def test_to_be_blocked_looks_like_to_be_removed(people: People) -> None:
    chat_id = await people.befriend("木木", "秋秋")
    other = await people.befriend("木木", "星野")
    await people.ask("秋秋", "contact/block", buyer_id=people.id("木木"))
    await people.ask("星野", "contact/remove", buyer_id=people.id("木木"))
    refused = []
    for chat in (chat_id, other):
        with pytest.raises(MessageNotTaken) as refusal:
            await people.say("木木", chat, "在吗")
        refused.append(str(refusal.value))
    assert refused[0] == refused[1]
    token = await people.token("秋秋")
    with pytest.raises(PersonNotFound) as hidden:
        await people.ask("木木", "contact/get", token=token)
    with pytest.raises(PersonNotFound) as nobody:
        await people.ask("木木", "contact/get", token="x" * 30)
    assert str(hidden.value) == str(nobody.value)
    assert (await people.ask("木木", "contact/find", nickname="秋秋")).people == []
    with pytest.raises(PersonBlocked):
        await people.say("秋秋", chat_id, "还在吗")


async def test_a_request_by_who_is_blocked_is_kept_from_whom_it_is_made_to(
    people: People,
) -> None:
    await people.request("木木", "秋秋")
    await people.ask("秋秋", "contact/block", buyer_id=people.id("木木"))
    await people.ask("木木", "contact/request/withdraw", buyer_id=people.id("秋秋"))
    assert (await people.request("木木", "秋秋")).relation == "asked", "as if nothing were"
    assert (await people.ask("木木", "contact/request/list")).requests[0].state == "pending"
    assert (await people.ask("秋秋", "contact/request/list")).requests == []
    assert (await people.ask("秋秋", "chat/unread")).requests == 0
    with pytest.raises(RequestNotFound):
        await people.ask("秋秋", "contact/request/accept", buyer_id=people.id("木木"))
    assert [b.name for b in (await people.ask("秋秋", "contact/block/list")).people] == ["木木"]
    await people.ask("秋秋", "contact/unblock", buyer_id=people.id("木木"))
    await people.ask("秋秋", "contact/request/accept", buyer_id=people.id("木木"))


async def test_of_a_block_and_messages_at_once_none_comes_after_the_block(
    people: People,
) -> None:
    chat_id = await people.befriend("木木", "秋秋")

    async def speak() -> int:
        sent = 0
        for _ in range(12):
            try:
                sent += bool(await people.say("木木", chat_id, "在吗"))
            except MessageNotTaken:
                break
        return sent

    async def block() -> int:
        await asyncio.sleep(0.02)
        await people.ask("秋秋", "contact/block", buyer_id=people.id("木木"))
        return len(await people.heard("秋秋", chat_id))

    said, at_block = await asyncio.gather(speak(), block())
    assert said == at_block == len(await people.heard("秋秋", chat_id))


async def test_a_stranger_s_id_names_nobody(people: People) -> None:
    for path in ("contact/block", "contact/report", "contact/unblock"):
        extra = {"reason": "spam"} if path.endswith("report") else {}
        with pytest.raises(PersonNotFound):
            await people.ask("木木", path, buyer_id=people.id("星野"), **extra)
    for path in ("chat/open", "contact/remark"):
        extra = {"remark": "x"} if path.endswith("remark") else {}
        with pytest.raises(ContactNotFound):
            await people.ask("木木", path, buyer_id=people.id("星野"), **extra)


async def test_a_contact_has_the_name_one_gave_it_wherever_it_is_shown(people: People) -> None:
    chat_id = await people.befriend("木木", "秋秋")
    await people.ask("木木", "contact/remark", buyer_id=people.id("秋秋"), remark="秋秋妈妈")
    await people.say("秋秋", chat_id, "好呀")
    assert (await people.ask("木木", "chat/get", chat_id=chat_id)).name == "秋秋妈妈"
    assert (await people.heard("木木", chat_id))[0].sender.name == "秋秋妈妈"
    assert (await people.heard("秋秋", chat_id))[0].sender.name == "秋秋"


async def test_rooms_above_ask_who_is_a_friend_of_whom(people: People) -> None:
    chat_id = await people.befriend("木木", "秋秋")
    await people.befriend("木木", "星野")
    mumu, qiuqiu, xingye = (people[name].buyer_id for name in ("木木", "秋秋", "星野"))
    await people.ask("星野", "contact/block", buyer_id=str(mumu))
    async with calling(people.opened) as call:
        pairs = [(mumu, qiuqiu), (qiuqiu, mumu), (mumu, xingye), (qiuqiu, xingye)]
        assert await api.are_friends(call.tx, pairs) == {(mumu, qiuqiu), (qiuqiu, mumu)}
        assert await api.friends_of(call.tx, mumu) == [qiuqiu]
        assert await api.blocks(call.tx, [(xingye, mumu), (mumu, xingye)]) == {(xingye, mumu)}
        assert await api.chat_of(call.tx, qiuqiu, mumu) == int(chat_id)
        assert await api.chat_of(call.tx, qiuqiu, xingye) == 0
        assert sorted(await api.members_of(call.tx, int(chat_id))) == sorted([mumu, qiuqiu])
