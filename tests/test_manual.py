"""The manual cannot lag behind the code."""

from pathlib import Path

import pytest

from tongshang.manual import DOCS, pages


@pytest.mark.parametrize(
    ("place", "text"), pages().items(), ids=lambda part: getattr(part, "name", "")
)
def test_a_generated_page_is_the_one_on_file(place: Path, text: str) -> None:
    assert place.exists(), "run: make contract"
    assert place.read_text("utf-8") == text, "run: make contract"


def test_no_machine_is_left_in_the_manual_that_the_code_has_not() -> None:
    assert set((DOCS / "machines").glob("*.md")) <= set(pages())
