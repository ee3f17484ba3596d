"""The shape of the code itself: sizes, names, and what may stand where."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from tools.form import (
    ENDPOINT_LINES_MAX,
    FILE_LINES_MAX,
    FUNCTION_LINES_MAX,
    functions,
    is_endpoint,
    length,
    lines,
    sources,
)

CODE: Final = sources("tongshang")
ALL: Final = sources("tongshang", "tests", "tools", "bench")
ROOMS: Final = sorted(path.parent for path in Path("tongshang/modules").glob("*/__init__.py"))

CHARTER_LINES_MAX: Final = 12
NAMELESS: Final = {"utils", "helpers", "common", "misc", "base", "manager", "service", "types"}
SQL: Final = re.compile(
    r"^\s*(select\s.+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|with\s+\w+\s+as)\s",
    re.IGNORECASE | re.DOTALL,
)
CLOCKS: Final = ("datetime.now(", "datetime.utcnow(", "time.time(", "date.today(")
INEXACT: Final = {"float", "Decimal", "round"}

every_source = pytest.mark.parametrize("source", ALL, ids=str)
every_code = pytest.mark.parametrize("source", CODE, ids=str)
every_room = pytest.mark.parametrize("room", ROOMS, ids=str)


def is_in(source: Path, *folders: str) -> bool:
    return any(source.is_relative_to(Path("tongshang", folder)) for folder in folders)


def holds_sql(source: Path) -> bool:
    """Stores hold all statements; so do the machinery and what proves the books by itself."""
    return (
        "store.py" in source.parts[-1:]
        or "store" in source.parts
        or is_in(source, "runtime", "migrations", "prove", "prove.py")
    )


@every_source
def test_a_file_fits_in_the_head(source: Path) -> None:
    assert lines(source) <= FILE_LINES_MAX


@every_source
def test_a_function_fits_on_a_screen(source: Path) -> None:
    long = {f.name: length(f) for f in functions(source) if length(f) > FUNCTION_LINES_MAX}
    assert not long


@every_code
def test_an_endpoint_is_thin(source: Path) -> None:
    thick = {
        f.name: length(f)
        for f in functions(source)
        if is_endpoint(f) and length(f) > ENDPOINT_LINES_MAX
    }
    assert not thick


@every_source
def test_a_file_has_a_name_that_says_what_is_inside(source: Path) -> None:
    assert not {source.stem, source.parent.name} & NAMELESS


@every_source
def test_nothing_is_left_for_later(source: Path) -> None:
    assert not re.search(r"#.*\b(TO" r"DO|FIX" r"ME)\b", source.read_text(encoding="utf-8"))


@every_code
def test_sql_stands_in_stores(source: Path) -> None:
    if holds_sql(source):
        return
    tree = ast.parse(source.read_text(encoding="utf-8"))
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    assert not [text for text in texts if isinstance(text, str) and SQL.match(text)]


@every_code
def test_the_time_is_the_calls(source: Path) -> None:
    if not is_in(source, "runtime"):
        text = source.read_text(encoding="utf-8")
        assert not [clock for clock in CLOCKS if clock in text]


@every_code
def test_money_is_counted_in_whole_fen(source: Path) -> None:
    if not is_in(source, "runtime", "bench", "bench.py"):
        tree = ast.parse(source.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & INEXACT


@every_code
def test_only_the_settings_read_the_environment(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    # A command hands the environment to the settings: that is the one place besides.
    assert source.name in {"settings.py", "cli.py"} or not re.search(r"os\.(environ|getenv)", text)


@every_room
def test_a_room_says_what_it_is(room: Path) -> None:
    text = (room / "__init__.py").read_text(encoding="utf-8")
    module = ast.parse(text)
    charter = ast.get_docstring(module)
    assert charter is not None
    assert re.search(r"^Owns\s", charter, re.MULTILINE)
    assert text.count("\n") <= CHARTER_LINES_MAX
    assert len(module.body) == 1, "a charter, no imports"
    for name, line in (("api", "Offers"), ("events", "Tells")):
        if (room / f"{name}.py").exists() or (room / name).exists():
            assert re.search(rf"^{line}\s", charter, re.MULTILINE), f"{name} without {line}"


@every_room
def test_a_room_has_no_empty_files(room: Path) -> None:
    assert not [path for path in room.rglob("*.py") if not path.read_text(encoding="utf-8").strip()]
