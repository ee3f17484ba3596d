"""What a process remembers for a moment."""

import time

from tongshang.runtime.recall import Recall


def test_a_value_is_remembered_for_its_time_only() -> None:
    recall: Recall[int] = Recall(0.02)
    recall.keep("a", "owner", 1)
    assert recall.get("a") == 1
    time.sleep(0.03)
    assert recall.get("a") is None


def test_a_dropped_owners_values_are_not_kept_for_a_while() -> None:
    recall: Recall[int] = Recall(10)
    recall.keep("a", "first", 1)
    recall.keep("b", "second", 2)
    recall.drop("first", bar_seconds=0.02)
    recall.keep("a", "first", 1)  # read before the change was committed
    assert (recall.get("a"), recall.get("b")) == (None, 2)
    time.sleep(0.03)
    recall.keep("a", "first", 3)
    assert recall.get("a") == 3


def test_it_never_holds_more_than_its_size() -> None:
    recall: Recall[int] = Recall(10, size_max=3)
    for number in range(10):
        recall.keep(str(number), number, number)
    assert recall.get("9") == 9
    assert sum(recall.get(str(number)) is not None for number in range(10)) <= 3
