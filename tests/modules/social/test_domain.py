"""Decisions about people and chats, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tongshang.modules.social import domain
from tongshang.modules.social.domain import (
    Body,
    Chat,
    ChatKind,
    GroupLink,
    MessageDraft,
    Standing,
)
from tongshang.modules.social.machine import CHAT, REPORT, REQUEST, ChatState
from tongshang.modules.social.refusals import (
    ChatDissolved,
    ChatNotFound,
    MessageNotTaken,
    OneselfChosen,
    PersonBlocked,
    PersonMuted,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PAIR = Chat(1, ChatKind.PAIR, ChatState.OPEN, "", "", 0, False, 0, 2, 7, NOW)
GROUP = replace(PAIR, kind=ChatKind.GROUP)
FRIEND = Standing(is_member=True, peer_id=2, is_known=True)


@pytest.mark.parametrize(
    ("chat", "standing", "refusal"),
    [
        (None, FRIEND, ChatNotFound),
        (PAIR, None, ChatNotFound),
        (PAIR, Standing(is_member=False), ChatNotFound),
        (replace(GROUP, state=ChatState.DISSOLVED), FRIEND, ChatDissolved),
        (GROUP, replace(FRIEND, muted_until=NOW, muted_for="spam"), PersonMuted),
        (PAIR, replace(FRIEND, blocks=True), PersonBlocked),
        (PAIR, replace(FRIEND, is_blocked=True), MessageNotTaken),
        (PAIR, replace(FRIEND, is_known=False), MessageNotTaken),
    ],
)
def test_who_may_not_speak_learns_why(
    chat: Chat | None, standing: Standing | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        domain.check_sending(chat, standing)


def test_friends_speak_and_members_of_a_group_need_not_be_friends() -> None:
    assert domain.check_sending(PAIR, FRIEND) is PAIR
    assert domain.check_sending(GROUP, Standing(is_member=True)) is GROUP


def test_messages_of_one_batch_are_numbered_on_within_each_chat() -> None:
    other = replace(PAIR, chat_id=2, last_seq=0)
    body = Body.of_text("茶")
    drafts = [MessageDraft(5, body, chat_id) for chat_id in (1, 2, 1)]
    made = domain.numbered(drafts, {1: PAIR, 2: other}, NOW)
    assert [(one.chat_id, one.seq) for one in made] == [(1, 8), (2, 1), (1, 9)]


def test_a_pair_has_one_order_and_two_people() -> None:
    assert domain.pair_of(9, 4) == domain.pair_of(4, 9) == (4, 9)
    with pytest.raises(OneselfChosen):
        domain.pair_of(4, 4)


@pytest.mark.parametrize(
    ("text", "is_lone"),
    [
        ("https://shop.test/p/1", True),
        ("/c/abc", True),
        ("【通商】大红袍 复制这段文字，打开通商查看 ￥kQ8wPz3xT￥", True),
        ("看看 https://shop.test/p/1", False),
        ("原价 ¥88 现价 ¥66", False),
        ("茶", False),
    ],
)
def test_a_message_that_is_only_a_link_is_known(text: str, is_lone: bool) -> None:
    assert domain.is_lone_link(text) is is_lone


def test_links_say_what_they_were_made_to_say_and_nothing_else_is_one() -> None:
    link = GroupLink(3_200_000_000_000_000_001, 17, 4, NOW + timedelta(days=7))
    assert domain.unpack_group(domain.pack_group(link)) == link
    assert domain.unpack_person(domain.pack_person(17)) == 17
    for other in (None, b"", b"x", domain.pack_group(link)):
        assert domain.unpack_person(other) == 0
    assert domain.unpack_group(domain.pack_person(17)) is None


def test_a_wish_may_be_made_again_and_a_ruling_may_not() -> None:
    assert all(REQUEST.open_moves(state) for state in type(REQUEST.start))
    assert [state for state in type(REPORT.start) if REPORT.open_moves(state)] == [REPORT.start]
    assert CHAT.open_moves(ChatState.DISSOLVED) == set()
