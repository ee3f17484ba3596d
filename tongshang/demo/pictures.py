"""Renders the pictures of the demo market into a folder, as fast as two processes can.

The work goes in two rounds. First every icon is rasterised once, into plain files in a folder of
its own; then the pictures are painted in groups that share a palette's mood, so that each room is
drawn by one process only. A picture that is there already is left alone: its name is its recipe.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tongshang.demo.market import read_market
from tongshang.demo.raster import (
    FORM_PREFIX,
    ICON_PX,
    LARGE_ICON_PX,
    Shelf,
    icon_file,
    rasterise,
    read_icons,
)
from tongshang.demo.recipe import Recipe, Scene, picture_name
from tongshang.demo.scenes import paint

__all__ = ["picture_name", "render", "render_all"]

QUALITY: Final = 82
GROUP_MAX: Final = 60

Progress = Callable[[int, int], None]
_IconTask = tuple[Path, str, str, int]
_PaintTask = tuple[Path, Path, tuple[Recipe, ...]]


def render_all(
    target: Path,
    icons_json: Path,
    processes: int = 2,
    progress: Progress | None = None,
) -> None:
    """Render every picture of the market that `target` does not have yet."""
    render(read_market().pictures(), target, icons_json, processes, progress)


def render(
    recipes: Iterable[Recipe],
    target: Path,
    icons_json: Path,
    processes: int = 2,
    progress: Progress | None = None,
) -> None:
    """Render these pictures; `progress` hears how many are there, of how many."""
    target.mkdir(parents=True, exist_ok=True)
    wanted = list(dict.fromkeys(recipes))
    missing = [recipe for recipe in wanted if not (target / picture_name(recipe)).exists()]
    done = len(wanted) - len(missing)
    if not missing:
        return
    with TemporaryDirectory() as scratch:
        pixels = Path(scratch)
        icon_tasks = list(_icon_tasks(missing, icons_json, pixels))
        paint_tasks = [(pixels, target, group) for group in _groups(missing)]
        # Spawned, not forked: the caller may be a server with threads of its own.
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            for _ in pool.imap_unordered(_rasterise_icon, icon_tasks, chunksize=4):
                pass
            for count in pool.imap_unordered(_paint_group, paint_tasks):
                done += count
                if progress is not None:
                    progress(done, len(wanted))


def icon_names(recipes: Iterable[Recipe]) -> frozenset[str]:
    """The icons, not forms, that appear in pictures."""
    return frozenset(
        name
        for recipe in recipes
        for name in (recipe.thing, recipe.motif, *recipe.others)
        if name and not name.startswith(FORM_PREFIX)
    )


def _icon_tasks(recipes: list[Recipe], icons_json: Path, pixels: Path) -> Iterator[_IconTask]:
    """Large where an icon is the thing itself, small where it keeps company; never both."""
    drawings = read_icons(icons_json, icon_names(recipes))
    leading = {recipe.thing for recipe in recipes if recipe.scene is not Scene.AVATAR}
    for name, drawing in sorted(drawings.items()):
        yield pixels, name, drawing, LARGE_ICON_PX if name in leading else ICON_PX


def _groups(recipes: list[Recipe]) -> Iterator[tuple[Recipe, ...]]:
    """Pictures of one room style together, and those of one product next to each other."""
    styles: dict[tuple[str, int], list[Recipe]] = {}
    for recipe in recipes:
        styles.setdefault((recipe.palette, recipe.seed % 4), []).append(recipe)
    for group in sorted(styles.values(), key=len, reverse=True):
        for start in range(0, len(group), GROUP_MAX):
            yield tuple(group[start : start + GROUP_MAX])


def _rasterise_icon(task: _IconTask) -> None:
    pixels, name, drawing, side = task
    icon_file(pixels, name, side).write_bytes(rasterise(drawing, side).tobytes())


@lru_cache(maxsize=1)
def _shelf(pixels: Path) -> Shelf:
    """The one shelf of this process."""
    return Shelf(pixels)


def _paint_group(task: _PaintTask) -> int:
    pixels, target, recipes = task
    for recipe in recipes:
        path = target / picture_name(recipe)
        half = path.with_suffix(".part")
        paint(recipe, _shelf(pixels)).save(half, "WEBP", quality=QUALITY, method=0)
        # Renamed when whole, so that an interrupted run leaves no broken picture behind.
        half.replace(path)
    return len(recipes)
