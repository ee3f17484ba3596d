"""Whether what people hope for comes first: judged queries on a catalogue of 250 goods."""

import tomllib
from typing import Any, Final

from tests.modules.search.catalogue import HERE, Catalogue, build
from tests.platform import calling
from tongshang.app import Opened
from tongshang.modules.search.api import Asked, find

GOAL: Final = 0.85
_GRADES: Final = (3, 2, 1)
# One over the binary logarithm of the place plus one, for the first ten.
_DISCOUNT: Final = (1.0, 0.6309, 0.5, 0.4307, 0.3869, 0.3562, 0.3333, 0.3155, 0.3010, 0.2891)


def judgements() -> dict[str, dict[str, dict[str, int]]]:
    """By group and query, the grade of each thing hoped for."""
    told = tomllib.loads((HERE / "judgements.toml").read_text("utf-8"))
    return {
        group: {
            query: {code: grade for grade in _GRADES for code in hoped.get(str(grade), [])}
            for query, hoped in queries.items()
        }
        for group, queries in told.items()
    }


def gain(grades: list[int]) -> float:
    return sum(
        (2**grade - 1) * by for grade, by in zip(grades, _DISCOUNT, strict=False)
    )


async def first_ten(catalogue: Catalogue, query: str) -> list[str]:
    async with calling(catalogue.opened) as call:
        found = await find(call, Asked(query))
    # Groups of presents stand in a row of their own.
    placed = [one for one in (*found.goods, *found.others) if one.candidate.kind != 4]
    placed.sort(key=lambda one: one.order, reverse=True)
    return [catalogue.code_of(*one.candidate.key[1:]) for one in placed[:10]]


async def test_what_people_hope_for_comes_first(opened: Opened) -> None:
    catalogue = await build(opened)
    figures: dict[str, list[float]] = {}
    told: list[Any] = []
    for group, queries in judgements().items():
        for query, hoped in queries.items():
            shown = await first_ten(catalogue, query)
            best = gain(sorted(hoped.values(), reverse=True)[:10])
            figure = gain([hoped.get(code, 0) for code in shown]) / best
            figures.setdefault(group, []).append(figure)
            told.append((figure, group, query, shown))
    every = [figure for group in figures.values() for figure in group]
    mean = sum(every) / len(every)
    for group, some in figures.items():
        print(f"{group:12} {len(some):3} queries  nDCG@10 {sum(some) / len(some):.3f}")
    print(f"{'all':12} {len(every):3} queries  nDCG@10 {mean:.3f}")
    for figure, group, query, shown in sorted(told)[:25]:
        print(f"  {figure:.2f} {group} {query}: {' '.join(shown)}")
    assert len(every) >= 60
    assert mean >= GOAL
    assert all(sum(some) / len(some) >= 0.7 for some in figures.values())
