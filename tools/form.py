"""The measures of our tree beside what we hold ourselves to: `make form`."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from grimp import build_graph

FILE_LINES_MAX: Final = 500
FUNCTION_LINES_MAX: Final = 60
ENDPOINT_LINES_MAX: Final = 40

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in Path(folder).rglob("*.py"))


def functions(source: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: Function) -> int:
    """Lines from `def` to the end; what decorates it is not counted."""
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def lines(source: Path) -> int:
    return source.read_text(encoding="utf-8").count("\n")


def is_endpoint(function: Function) -> bool:
    calls = (part for part in function.decorator_list if isinstance(part, ast.Call))
    names = {ast.unparse(call.func).rpartition(".")[2] for call in calls}
    return "ENDPOINTS" in names


def mutual_imports(package: str, rooms: str) -> list[tuple[str, str]]:
    """Pairs of rooms that import each other."""
    graph = build_graph(package)
    if rooms not in graph.modules:
        return []
    inside = sorted(graph.find_children(rooms))
    pairs = [(one, other) for one in inside for other in inside if one < other]
    return [
        (one, other)
        for one, other in pairs
        if graph.find_shortest_chains(one, other) and graph.find_shortest_chains(other, one)
    ]


def _spread(name: str, counts: list[int], goal: str) -> str:
    ordered = sorted(counts) or [0]
    ninth = ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)]
    spread = f"{median(ordered):g} / {ninth} / {ordered[-1]}"
    return f"{name:<42}{spread:>18}   {goal}"


def _rate(name: str, found: int, of_lines: int, goal: str) -> str:
    rate = f"{1000 * found / max(of_lines, 1):.1f}"
    return f"{name:<42}{rate:>18}   {goal}"


def table() -> list[str]:
    code, tests = sources("tongshang"), sources("tests")
    text = "\n".join(path.read_text(encoding="utf-8") for path in code)
    all_functions = [function for path in code for function in functions(path)]
    endpoints = [length(function) for function in all_functions if is_endpoint(function)]
    too_long = sum(length(function) > FUNCTION_LINES_MAX for function in all_functions)
    code_lines, test_lines = sum(map(lines, code)), sum(map(lines, tests))
    cycles = mutual_imports("tongshang", "tongshang.modules")
    return [
        f"{'':<42}{'ours':>18}   goal",
        f"{'lines of code, of tests':<42}{f'{code_lines}, {test_lines}':>18}   tests 1.0 to 1.5 of code",
        _spread("lines per file: median / p90 / max", [*map(lines, code)], "80 / 250 / 500"),
        _spread(
            "lines per function: median / p90 / max", [*map(length, all_functions)], "8 / 25 / 60"
        ),
        _spread("lines per endpoint: median / p90 / max", endpoints, "12 / 25 / 40"),
        f"{'functions over 60 lines':<42}{too_long:>18}   0",
        _rate("Any per 1,000 lines", len(re.findall(r"\bAny\b", text)), code_lines, "1"),
        _rate("type: ignore per 1,000 lines", text.count("# type: ignore"), code_lines, "0.3"),
        f"{'pairs of rooms that import each other':<42}{len(cycles):>18}   0",
        *(f"  {one} and {other}" for one, other in cycles),
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
