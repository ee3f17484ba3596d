"""The ranking and the reading of an edition, without a database."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from tongshang.kernel.ids import Named, pack
from tongshang.modules.discovery import domain
from tongshang.modules.discovery.domain import Edition, Facts, Lane, Part, Post, PostKind

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WEIGHTS = {
    Part.FRESH: 400, Part.FOLLOW: 500, Part.FRIEND: 350, Part.HOT: 300, Part.NEAR: 150,
    Part.LIVE: 600, Part.SAME_AUTHOR: 220, Part.SAME_KIND: 60, Part.HALF_LIFE: 48,
}  # fmt: skip
NAMED = {Lane.CONTENT: Named.CONTENT, Lane.PRODUCT: Named.PRODUCT, Lane.SHOP: Named.PARTY}
KINDS = {Lane.CONTENT: PostKind.ARTICLE, Lane.PRODUCT: PostKind.PRODUCT, Lane.SHOP: PostKind.SHOP}


def post(
    number: int, hours_ago: int = 0, author: int = 1, lane: Lane = Lane.CONTENT, city: str = ""
) -> Post:
    item_id = pack(NAMED[lane], 1_790_000_000_000 + number, 0, 0)
    return Post(item_id, lane, KINDS[lane], author, city, NOW - timedelta(hours=hours_ago))


def test_what_is_new_fades_by_half_in_its_half_life() -> None:
    ages = [domain.freshness(timedelta(hours=hours), WEIGHTS) for hours in (0, 48, 96)]
    assert ages == [400, 200, 133]


def test_every_part_of_the_ranking_gives_its_points_and_says_so() -> None:
    one = post(1, city="杭州市", author=7)
    facts = Facts(NOW, "杭州市", frozenset({7}), {one.item_id: 2}, {one.item_id: 500})
    scored = domain.score(one, facts, WEIGHTS)
    assert dict(scored.parts) == {
        Part.FRESH: 400, Part.FOLLOW: 500, Part.FRIEND: 233, Part.HOT: 150, Part.NEAR: 150,
    }  # fmt: skip
    assert scored.reason() is Part.FOLLOW
    assert domain.says(Part.FRIEND, count=2)[1] == "2 位好友买过"


def test_more_friends_than_three_say_no_more_than_three() -> None:
    one = post(1)
    many, three = (
        domain.score(one, Facts(NOW, friends={one.item_id: count}), WEIGHTS).total
        for count in (900, 3)
    )
    assert many == three


def test_only_newness_is_told_where_there_is_nothing_else() -> None:
    assert domain.score(post(1, hours_ago=300), Facts(NOW), WEIGHTS).reason() is Part.FRESH


def test_one_author_does_not_fill_the_page() -> None:
    loud = [post(n, author=1) for n in range(20)]
    quiet = [post(100 + n, hours_ago=20, author=10 + n) for n in range(5)]
    scored = [domain.score(one, Facts(NOW), WEIGHTS) for one in loud + quiet]
    first = [one.post.author_id for one in domain.arrange(scored, WEIGHTS, 8)]
    assert first.count(1) <= 4
    assert first[0] == 1


@settings(max_examples=60, deadline=None)
@given(seed=some.integers(0, 10_000))
def test_one_reading_shows_everything_once_whatever_changes_meanwhile(seed: int) -> None:
    chance = random.Random(seed)
    posts = [
        post(n, chance.randrange(400), chance.randrange(6), chance.choice(list(Lane)))
        for n in range(150)
    ]
    edition, seen = Edition.begin(NOW), list[int]()
    for _ in range(60):
        walked = [
            one
            for lane in Lane
            for one in sorted(
                (p for p in posts if p.lane is lane and p.place < edition.places[lane]),
                key=lambda p: p.place,
                reverse=True,
            )[:20]
        ]
        extras = [] if edition.is_crowded else chance.sample(posts, 12)
        left = {p.item_id: p for p in [*walked, *extras] if not edition.has_shown(p)}
        # What one follows, what is hot: anew for every page, as it may be between two pages.
        heat = {item_id: chance.randrange(1, 1_000) for item_id in left}
        facts = Facts(NOW, follows={chance.randrange(6)}, heat=heat)
        scored = [domain.score(one, facts, WEIGHTS) for one in left.values()]
        chosen = [one.post for one in domain.arrange(scored, WEIGHTS, 12)]
        seen += [one.item_id for one in chosen]
        edition = Edition.of(edition.after(chosen, walked).key())
        if not chosen:
            break
    assert len(seen) == len(set(seen)), "nothing twice"
    assert set(seen) == {one.item_id for one in posts}, "nothing left out"


def test_what_comes_out_meanwhile_is_for_the_next_reading() -> None:
    edition = Edition.begin(NOW - timedelta(hours=1))
    assert edition.has_shown(post(1, hours_ago=0))
    assert not edition.has_shown(post(2, hours_ago=2))
