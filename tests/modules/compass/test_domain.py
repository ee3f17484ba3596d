"""What counts, and what it adds up to; no database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tongshang.modules.compass.domain.events import (
    EventDraft,
    EventKind,
    Mark,
    begin_of,
    closable,
    day_of,
)
from tongshang.modules.compass.domain.filters import (
    ADDRESS_TAKEN_MAX,
    CLICKS_PER_SECOND_MAX,
    SEEN_PER_SECOND_MAX,
    VISIT_COUNTED_MAX,
    VISIT_TAKEN_MAX,
    Floods,
    Marked,
    is_too_fast,
    visit_number,
)
from tongshang.modules.compass.domain.funnels import funnels, whole
from tongshang.modules.compass.domain.sums import (
    Key,
    Sum,
    add_up,
    of_carriers,
    of_contents,
    of_days,
    of_products,
)
from tongshang.modules.compass.store.log import read_agents

NOON = datetime(2026, 11, 22, 4, 10, tzinfo=UTC)
DAY = date(2026, 11, 22)


def draft(kind: EventKind, at: datetime = NOON, **fields: Any) -> EventDraft:
    return EventDraft(at, kind, visit_id=7, **{"shop_id": 1, "product_id": 2, **fields})


def judged(*drafts: EventDraft, known: tuple[EventDraft, ...] = ()) -> list[Mark]:
    """The marks of events after others that were counted before."""
    before = set(Marked(known, [Mark.COUNTED] * len(known)).twins)
    marked = Marked(drafts, [Mark.COUNTED] * len(drafts))
    new = set(marked.twins) - before
    marked.judge(new, (new | before) & set(marked.sights))
    return [Mark(mark) for mark in marked.marks]


def test_a_day_is_a_day_in_china_and_closes_an_hour_late() -> None:
    edge = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert day_of(edge - timedelta(microseconds=1)) == DAY
    assert day_of(edge) == date(2026, 11, 23)
    assert begin_of(date(2026, 11, 23)) == edge
    assert closable(edge + timedelta(minutes=59)) == date(2026, 11, 21)
    assert closable(edge + timedelta(minutes=60)) == DAY


def test_the_same_card_seen_again_within_half_an_hour_is_a_double() -> None:
    seen = draft(EventKind.EXPOSURE)
    again = draft(EventKind.EXPOSURE, NOON + timedelta(minutes=19))
    later = draft(EventKind.EXPOSURE, NOON + timedelta(minutes=21))
    assert judged(seen, seen, again) == [Mark.COUNTED, Mark.DOUBLE, Mark.DOUBLE]
    assert judged(again, later, known=(seen,)) == [Mark.DOUBLE, Mark.COUNTED]


@pytest.mark.parametrize(
    "other",
    [{"product_id": 3}, {"surface": 4}, {"position": 2}, {"content_id": 9}, {"share_id": 5}],
)
def test_another_place_is_no_double(other: dict[str, Any]) -> None:
    assert judged(draft(EventKind.VIEW), draft(EventKind.VIEW, **other)) == [Mark.COUNTED] * 2


def test_a_click_counts_only_on_what_was_seen() -> None:
    seen, click = draft(EventKind.EXPOSURE), draft(EventKind.CLICK, NOON + timedelta(minutes=21))
    assert judged(click) == [Mark.UNSEEN]
    assert judged(click, known=(seen,)) == [Mark.COUNTED], "in the half hour before"
    assert judged(draft(EventKind.CLICK), seen) == [Mark.COUNTED] * 2, "told in any order"
    assert judged(draft(EventKind.CLICK, product_id=3), seen)[0] == Mark.UNSEEN


def test_programs_are_known_by_what_they_say() -> None:
    agents = read_agents()
    people = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 15; HUAWEI) HuaweiBrowser/15.0 Mobile Safari/537.36",
    )
    assert not any(agents.is_bot(agent) for agent in people)
    for agent in (
        "",
        " ",
        "curl/8.5",
        "Mozilla/5.0 (compatible; Baiduspider/2.0)",
        "HeadlessChrome/1",
    ):
        assert agents.is_bot(agent), agent


@pytest.mark.parametrize(
    ("kind", "most"),
    [(EventKind.EXPOSURE, SEEN_PER_SECOND_MAX), (EventKind.CLICK, CLICKS_PER_SECOND_MAX)],
)
def test_nobody_sees_or_clicks_faster_than_people_do(kind: EventKind, most: int) -> None:
    assert not is_too_fast([(kind, 0)] * most)
    assert is_too_fast([(kind, 0)] * (most + 1))
    assert not is_too_fast([(kind, n * 1000 // most + n) for n in range(100)])


def test_a_flood_of_a_visit_is_passed_over_and_then_not_taken() -> None:
    floods = Floods()
    assert floods.count(NOON, 1, "a", 100) == (100, 100)
    assert floods.count(NOON, 1, "a", VISIT_COUNTED_MAX) == (
        VISIT_COUNTED_MAX - 100,
        VISIT_COUNTED_MAX,
    )
    assert floods.count(NOON, 1, "a", VISIT_TAKEN_MAX) == (
        0,
        VISIT_TAKEN_MAX - 100 - VISIT_COUNTED_MAX,
    )
    assert floods.count(NOON, 1, "a", 1) == (0, 0)
    assert floods.count(NOON, 2, "a", 1) == (1, 1), "another visit"
    assert floods.count(NOON + timedelta(minutes=1), 1, "a", 1) == (1, 1), "another minute"


def test_a_flood_from_an_address_is_not_taken_whoever_it_says_it_is() -> None:
    floods = Floods()
    for visit in range(ADDRESS_TAKEN_MAX // 100):
        assert floods.count(NOON, visit, "a", 100) == (100, 100)
    assert floods.count(NOON, -1, "a", 1) == (0, 0)
    assert floods.count(NOON, -1, "b", 1) == (1, 1)


def test_a_visit_has_a_number_of_the_day_that_only_we_can_make() -> None:
    number = visit_number(b"secret", DAY, "session x")
    assert number == visit_number(b"secret", DAY, "session x") != 0
    others = {
        visit_number(b"other", DAY, "session x"),
        visit_number(b"secret", DAY + timedelta(days=1), "session x"),
        visit_number(b"secret", DAY, "session y"),
    }
    assert len(others | {number}) == 4


def test_events_add_up_by_owner_and_what_has_none_is_left_out() -> None:
    def key(shop: int, product: int, content: int, carrier: int, kind: EventKind) -> Key:
        return Key(NOON, shop, product, content, carrier, 1, kind)

    found = [
        (key(1, 2, 5, 6, EventKind.CLICK), Sum(3, 3)),
        (key(1, 2, 0, 0, EventKind.CLICK), Sum(1, 1)),
        (key(1, 2, 5, 6, EventKind.PAY), Sum(1, 2, 900)),
        (key(0, 0, 5, 6, EventKind.VIEW), Sum(8, 80)),
    ]
    assert add_up(found, of_products) == {
        (1, 2, EventKind.CLICK): Sum(4, 4),
        (1, 2, EventKind.PAY): Sum(1, 2, 900),
    }
    assert add_up(found, of_contents)[5, EventKind.VIEW] == Sum(8, 80)
    assert add_up(found, of_carriers)[6, DAY, 1, 2, 5, 1, EventKind.PAY] == Sum(1, 2, 900)
    days = add_up(found, of_days)
    assert list(days) == sorted(days), "added in one order"
    assert sum(one.events for one in days.values()) == 5


def test_a_funnel_tells_how_many_of_a_million_went_on() -> None:
    rows = [
        (4, EventKind.EXPOSURE, Sum(300, 300)),
        (4, EventKind.CLICK, Sum(100, 100)),
        (4, EventKind.ORDER, Sum(3, 4, 400)),
        (4, EventKind.PAY, Sum(2, 3, 300)),
        (9, EventKind.PAY, Sum(1, 1, 500)),
    ]
    best, second = funnels(rows)
    assert (best.key, second.key) == (9, 4), "who sold most comes first"
    assert second.ppm(EventKind.CLICK, EventKind.EXPOSURE) == 333_333
    assert second.ppm(EventKind.PAY, EventKind.ORDER) == 666_666
    assert best.ppm(EventKind.ORDER, EventKind.CLICK) == 0, "of nothing nothing"
    assert whole([best, second]).of(EventKind.PAY) == Sum(3, 4, 800)
