"""Codes that find typing errors, and our links inside what people paste."""

from datetime import UTC, datetime

import pytest

from tongshang.modules.links import domain
from tongshang.modules.links.domain import (
    ALPHABET,
    ContentRef,
    GiftRef,
    LiveRef,
    Parent,
    ShareDraft,
    ShopRef,
    SubjectKind,
)
from tongshang.modules.links.pasted import TEXT_MAX, Found, Trace, traces
from tongshang.modules.surfaces.api import CardRef, Scene

SECRET = b"s" * 32
HOME = "https://shop.test"
CODE = domain.code_of(SECRET, domain.link_to(CardRef(1, 2), 16))


def test_a_code_is_short_for_goods_long_for_gifts_and_never_a_number() -> None:
    for product_id in range(200):
        code = domain.code_of(SECRET, domain.link_to(CardRef(1, product_id), 16))
        assert len(code) == domain.CODE_LENGTH
        assert code[0].isalpha()
        assert domain.is_whole(code)
    gift = domain.code_of(SECRET, domain.link_to(GiftRef(42), 16))
    assert len(gift) == domain.SECRET_LENGTH
    assert domain.is_whole(gift)


def test_the_same_link_has_the_same_code_and_another_secret_or_salt_another() -> None:
    link = domain.link_to(CardRef(1, 2), 16)
    assert domain.code_of(SECRET, link) == CODE
    others = {
        domain.code_of(b"t" * 32, link),
        domain.code_of(SECRET, link, 1),
        domain.code_of(SECRET, domain.link_to(CardRef(1, 2), 17)),
        domain.code_of(SECRET, domain.link_to(CardRef(1, 2, 3), 16)),
    }
    assert len(others | {CODE}) == 5


def test_one_wrong_character_or_two_that_changed_places_are_found() -> None:
    for place in range(len(CODE)):
        for char in ALPHABET:
            wrong = CODE[:place] + char + CODE[place + 1 :]
            assert domain.is_whole(wrong) is (wrong == CODE)
        for other in range(place):
            swapped = list(CODE)
            swapped[place], swapped[other] = swapped[other], swapped[place]
            assert domain.is_whole("".join(swapped)) is (CODE[place] == CODE[other])


@pytest.mark.parametrize(
    "ref", [CardRef(1, 2, 3, 4, 6), ShopRef(5, 6), LiveRef(7, 8), ContentRef(9), GiftRef(10)]
)
def test_what_a_link_leads_to_is_what_it_was_made_for(ref: domain.Ref) -> None:
    back = domain.link_to(ref, 17).ref
    assert type(back) is type(ref)
    assert domain.subject_of(back) == domain.subject_of(ref)
    assert (
        isinstance(back, GiftRef)
        or isinstance(ref, GiftRef)
        or (back.promoter_id == ref.promoter_id)
    )


def test_a_card_keeps_the_surface_on_which_it_is_opened() -> None:
    back = domain.link_to(CardRef(1, 2, 3, 4, 6), 17).ref
    assert isinstance(back, CardRef)
    assert (back.surface, back.content_id, back.scene) == (17, 4, Scene.PRODUCT_SHARE)


TOKEN = "abc-_DEF" * 9


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"【通商】山里的茶 复制这段文字，打开通商查看 ￥{CODE}￥", [Trace(Found.CODE, CODE)]),
        (f"¥ {CODE} ¥", [Trace(Found.CODE, CODE)]),
        (f"  {CODE}\n", [Trace(Found.CODE, CODE)]),
        (f"看这个{HOME}/s/{CODE}，真好", [Trace(Found.CODE, CODE)]),
        (f"({HOME}/s/{CODE}).", [Trace(Found.CODE, CODE)]),
        (f"{HOME}/c/{TOKEN}?from=x#y", [Trace(Found.CARD, TOKEN)]),
        (f"tongshang://shop.test/o/{TOKEN}", [Trace(Found.OPENLINK, TOKEN)]),
        (
            f"HTTP://SHOP.test/p/12 {HOME}/s/34",
            [Trace(Found.PRODUCT, "12"), Trace(Found.SHOP, "34")],
        ),
        (f"{HOME}/a/12/", [Trace(Found.CONTENT, "12")]),
        (f"{HOME}/live/12", [Trace(Found.LIVE, "12")]),
        ("/p/12", [Trace(Found.PRODUCT, "12")]),
        (f"{HOME}/p/99999999999999999999", []),
        (f"{HOME}/p/9999999999999999999", []),
        (f"https://evil.test/s/{CODE}", []),
        (f"https://shop.test@evil.test/s/{CODE}", []),
        (f"https://shop.test.evil.test/s/{CODE}", []),
        (f"javascript://shop.test/s/{CODE}", []),
        ("https://[shop.test/p/1", []),
        (f"￥{CODE[:-1]}￥", []),
        ("￥" * 5_000, []),
        ("", []),
        ("一杯好茶 ￥128￥", []),
    ],
)
def test_our_links_are_found_in_any_text_and_others_are_not(text: str, found: list[Trace]) -> None:
    assert traces(text, HOME) == found


def test_a_code_is_found_in_ten_kilobytes_and_not_looked_for_without_end() -> None:
    said = f"￥{CODE}￥"
    assert traces("字" * 10_000 + said, HOME) == [Trace(Found.CODE, CODE)]
    assert traces("字" * TEXT_MAX + said, HOME) == []
    many = " ".join(f"{HOME}/p/{number}" for number in range(1, 500))
    assert [trace.text for trace in traces(many, HOME)] == [str(n) for n in range(1, 9)]


def test_a_share_stands_below_its_parent_or_begins_a_chain() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    draft = ShareDraft(7, CardRef(1, 2, 3), 8)
    root = domain.share_of(draft, 100, None, at)
    assert (root.root_share_id, root.parent_share_id, root.depth) == (100, 0, 1)
    assert (root.kind, root.subject_id, root.shop_id, root.promoter_id) == (
        SubjectKind.PRODUCT, 2, 1, 3,
    )  # fmt: skip
    others = Parent(8, 100, 0, 100, 1)
    child = domain.share_of(draft, 101, others, at)
    assert (child.root_share_id, child.parent_share_id, child.depth) == (100, 100, 2)
    deepest = domain.share_of(draft, 102, Parent(8, 101, 100, 100, domain.DEPTH_MAX), at)
    assert deepest.depth == domain.DEPTH_MAX


def test_who_shows_again_what_they_showed_stands_beside_their_first_share() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    draft = ShareDraft(7, CardRef(1, 2, 3), 8)
    again = domain.share_of(draft, 101, Parent(7, 100, 0, 100, 1), at)
    assert (again.root_share_id, again.parent_share_id, again.depth) == (101, 0, 1)
    below = domain.share_of(draft, 103, Parent(7, 102, 100, 100, 2), at)
    assert (below.root_share_id, below.parent_share_id, below.depth) == (100, 100, 2)


def test_a_title_puts_no_second_code_into_the_text() -> None:
    text = domain.taglink_text(CODE, f"茶 ￥{CODE[::-1]}￥ ")
    assert traces(text, HOME) == [Trace(Found.CODE, CODE)]
