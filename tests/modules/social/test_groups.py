"""Groups: who comes in, who decides, what is left when it ends."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.modules.social.people import People, people_on
from tongshang.app import Opened
from tongshang.kernel.refusal import Refusal
from tongshang.modules.social.refusals import (
    ChatDissolved,
    ChatNotFound,
    FriendsOnly,
    GroupFull,
    GroupLinkEnded,
    GroupOnly,
    GroupWordsForbidden,
    MemberNotFound,
    MembersAlready,
    OneselfChosen,
    OwnerOnly,
)

COUNT = "select member_count, (select count(*) from chat_members m where m.chat_id = c.chat_id)"


@pytest.fixture
async def people(opened: Opened) -> People:
    people = await people_on(opened, "木木", "秋秋", "星野", "胖胖")
    for name in ("秋秋", "星野"):
        await people.befriend("木木", name)
    return people


async def notices(people: People, name: str, chat_id: str) -> list[tuple[str, list[str]]]:
    page = await people.ask(name, "chat/messages", chat_id=chat_id)
    said = [one for one in page.messages if one.kind == "notice"]
    return [(one.notice, [who.nickname for who in one.who]) for one in said]


async def members(people: People, name: str, chat_id: str) -> list[str]:
    view = await people.ask(name, "chat/get", chat_id=chat_id)
    assert view.member_count == len(view.members)
    return [one.nickname for one in view.members]


async def test_a_group_is_opened_with_friends_only(people: People) -> None:
    group = await people.group("木木", "秋秋", "星野")
    assert set(await members(people, "秋秋", group)) == {"木木", "秋秋", "星野"}
    assert await notices(people, "秋秋", group) == [("created", ["秋秋", "星野"])]
    await people.say("木木", group, "大家好")
    assert await people.unread("星野") == 1
    with pytest.raises(FriendsOnly):
        await people.group("木木", "秋秋", "胖胖")
    with pytest.raises(OneselfChosen):
        await people.group("木木", "木木")
    with pytest.raises(GroupWordsForbidden):
        await people.group("木木", "秋秋", name="最便宜的国家级好茶")
    await people.ask("星野", "contact/block", buyer_id=people.id("木木"))
    with pytest.raises(FriendsOnly):
        await people.group("木木", "星野")


async def test_who_comes_later_sees_nothing_of_before(people: People) -> None:
    group = await people.group("木木", "秋秋")
    await people.say("木木", group, "说好了别告诉星野")
    link = await people.ask("秋秋", "group/link", chat_id=group)
    glance = await people.ask("胖胖", "group/peek", token=link.token)
    assert (glance.name, glance.member_count, glance.is_member) == ("茶友", 2, False)
    assert (await people.ask("胖胖", "group/join", token=link.token)).joined == 1
    assert await people.texts("胖胖", group) == []
    assert await notices(people, "胖胖", group) == [("joined", ["胖胖"])]
    await people.say("木木", group, "欢迎")
    assert (await people.texts("胖胖", group), await people.unread("胖胖")) == (["欢迎"], 1)
    with pytest.raises(MembersAlready):
        await people.ask("胖胖", "group/join", token=link.token)


async def test_a_link_ends_by_time_and_by_the_owner_s_word(people: People) -> None:
    group = await people.group("木木", "秋秋")
    link = (await people.ask("秋秋", "group/link", chat_id=group)).token
    with pytest.raises(OwnerOnly):
        await people.ask("秋秋", "group/link/reset", chat_id=group)
    await people.ask("木木", "group/link/reset", chat_id=group)
    for token in (link, link[:-1] + "A", "x"):
        for path in ("group/join", "group/peek"):
            with pytest.raises(GroupLinkEnded):
                await people.ask("胖胖", path, token=token)
    fresh = (await people.ask("秋秋", "group/link", chat_id=group)).token
    people.opened.house.clock.offset += timedelta(days=8)
    with pytest.raises(GroupLinkEnded):
        await people.ask("胖胖", "group/join", token=fresh)


async def test_an_owner_who_wants_to_be_asked_is_asked(people: People) -> None:
    group = await people.group("木木", "秋秋")
    await people.befriend("秋秋", "胖胖")
    await people.ask("木木", "group/update", chat_id=group, needs_approval=True)
    invited = await people.ask("秋秋", "group/invite", chat_id=group, buyer_ids=[people.id("胖胖")])
    link = (await people.ask("秋秋", "group/link", chat_id=group)).token
    joined = await people.ask("星野", "group/join", token=link, greeting="我是星野")
    assert invited.is_waiting
    assert joined.is_waiting
    assert (await people.ask("木木", "chat/unread")).requests == 2
    waiting = (await people.ask("木木", "group/request/list", chat_id=group)).requests
    assert [(one.person.name, one.inviter.name) for one in waiting] == [
        ("胖胖", "秋秋"), ("星野", "秋秋"),
    ]  # fmt: skip
    with pytest.raises(OwnerOnly):
        await people.ask("秋秋", "group/request/accept", chat_id=group, buyer_id=people.id("胖胖"))
    await people.ask("木木", "group/request/accept", chat_id=group, buyer_id=people.id("胖胖"))
    await people.ask("木木", "group/request/decline", chat_id=group, buyer_id=people.id("星野"))
    assert set(await members(people, "胖胖", group)) == {"木木", "秋秋", "胖胖"}
    with pytest.raises(ChatNotFound):
        await people.say("星野", group, "?")
    own = await people.ask("木木", "group/invite", chat_id=group, buyer_ids=[people.id("星野")])
    assert (own.is_waiting, own.joined) == (False, 1)


async def test_who_is_removed_or_leaves_finds_the_group_no_more(people: People) -> None:
    group = await people.group("木木", "秋秋", "星野")
    with pytest.raises(OwnerOnly):
        await people.ask("秋秋", "group/remove", chat_id=group, buyer_id=people.id("星野"))
    with pytest.raises(MemberNotFound):
        await people.ask("木木", "group/remove", chat_id=group, buyer_id=people.id("胖胖"))
    await people.ask("木木", "group/remove", chat_id=group, buyer_id=people.id("星野"))
    await people.ask("秋秋", "group/leave", chat_id=group)
    for name in ("秋秋", "星野"):
        with pytest.raises(ChatNotFound):
            await people.ask(name, "chat/messages", chat_id=group)
        with pytest.raises(ChatNotFound):
            await people.say(name, group, "我还在")
    assert (await notices(people, "木木", group))[1:] == [
        ("removed", ["星野"]), ("left", ["秋秋"]),
    ]  # fmt: skip


async def test_an_owner_who_leaves_leaves_the_group_to_who_came_first(people: People) -> None:
    group = await people.group("木木", "秋秋", "星野")
    await people.ask("木木", "group/leave", chat_id=group)
    view = await people.ask("秋秋", "chat/get", chat_id=group)
    heir = "秋秋" if view.is_mine else "星野"
    other = "星野" if view.is_mine else "秋秋"
    await people.ask(heir, "group/transfer", chat_id=group, buyer_id=people.id(other))
    assert (await people.ask(other, "chat/get", chat_id=group)).is_mine
    await people.ask(heir, "group/leave", chat_id=group)
    await people.ask(other, "group/leave", chat_id=group)
    async with people.opened.house.pool.acquire() as tx:
        rows = await tx.fetch(f"{COUNT}, state from chats c where kind = 2")
    assert [tuple(row) for row in rows] == [(0, 0, "dissolved")]


async def test_a_dissolved_group_is_read_and_not_spoken_in(people: People) -> None:
    group = await people.group("木木", "秋秋")
    await people.say("秋秋", group, "茶很好")
    link = (await people.ask("秋秋", "group/link", chat_id=group)).token
    await people.ask("木木", "group/dissolve", chat_id=group)
    assert await people.texts("秋秋", group) == ["茶很好"]
    for path, fields in (
        ("chat/send", {"body": {"kind": "text", "text": "?"}}),
        ("group/update", {"name": "茶"}), ("group/dissolve", {}), ("group/link", {}),
    ):  # fmt: skip
        with pytest.raises(ChatDissolved):
            await people.ask("木木", path, chat_id=group, **fields)
    with pytest.raises(GroupLinkEnded):
        await people.ask("胖胖", "group/join", token=link)
    await people.ask("秋秋", "group/leave", chat_id=group)
    assert [one.name for one in (await people.ask("秋秋", "chat/list")).chats] == ["木木"]


async def test_of_joining_and_dissolving_at_once_nobody_joins_what_has_ended(
    people: People,
) -> None:
    for _ in range(4):
        group = await people.group("木木", "秋秋")
        link = (await people.ask("秋秋", "group/link", chat_id=group)).token
        given: Sequence[Any] = await asyncio.gather(
            people.ask("胖胖", "group/join", token=link),
            people.ask("木木", "group/dissolve", chat_id=group),
            return_exceptions=True,
        )
        assert not isinstance(given[1], BaseException)
        said = [one for one, _ in await notices(people, "秋秋", group)]
        if isinstance(given[0], Refusal):
            assert said == ["created", "dissolved"]
        else:
            assert said == ["created", "joined", "dissolved"]


async def test_a_group_takes_two_hundred_and_not_one_more(people: People) -> None:
    crowd = await people_on(people.opened, *(f"群友{n}" for n in range(200)))
    group = await people.group("木木", "秋秋")
    link = (await people.ask("木木", "group/link", chat_id=group)).token
    given = await asyncio.gather(
        *(crowd.ask(name, "group/join", token=link) for name in crowd.callers),
        return_exceptions=True,
    )
    refused = [one for one in given if isinstance(one, BaseException)]
    assert [type(one) for one in refused] == [GroupFull, GroupFull]
    async with people.opened.house.pool.acquire() as tx:
        rows = await tx.fetch(f"{COUNT} from chats c where kind = 2")
    assert [tuple(row) for row in rows] == [(200, 200)]


async def test_a_chat_of_two_is_no_group(people: People) -> None:
    chat = (await people.ask("木木", "chat/open", buyer_id=people.id("秋秋"))).chat_id
    for path, fields in (
        ("group/leave", {}), ("group/dissolve", {}), ("group/link", {}),
        ("group/update", {"name": "x"}), ("group/invite", {"buyer_ids": [people.id("星野")]}),
    ):  # fmt: skip
        with pytest.raises(GroupOnly):
            await people.ask("木木", path, chat_id=chat, **fields)


async def test_of_two_who_open_their_chat_at_once_both_have_the_same(opened: Opened) -> None:
    people = await people_on(opened, "甲子", "乙丑")
    await people.befriend("甲子", "乙丑")
    async with opened.house.pool.acquire() as tx:
        for table in ("pair_chats", "chats", "chat_members", "inboxes", "chat_messages"):
            await tx.execute(f"delete from {table}")
    ids = await asyncio.gather(
        *(people.ask("甲子", "chat/open", buyer_id=people.id("乙丑")) for _ in range(5)),
        *(people.ask("乙丑", "chat/open", buyer_id=people.id("甲子")) for _ in range(5)),
    )
    assert len({one.chat_id for one in ids}) == 1
    async with opened.house.pool.acquire() as tx:
        assert await tx.fetchval("select count(*) from chats") == 1
