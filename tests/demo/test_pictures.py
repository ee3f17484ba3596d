from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PIL import Image

from tongshang.demo.market import read_market
from tongshang.demo.pictures import icon_names, picture_name, render
from tongshang.demo.raster import form_svg, read_icons
from tongshang.demo.recipe import PICTURE_SIZES, Recipe, Scene

ICONS = Path(__file__).parents[2] / "node_modules" / "@iconify-json" / "fluent-emoji" / "icons.json"
installed = pytest.mark.skipif(not ICONS.exists(), reason="the icon package is not installed")

THREE = (
    Recipe(scene=Scene.HERO, palette="gift", thing="form/tote", tint="e8937f/fff0dd", motif="owl"),
    Recipe(scene=Scene.COVER, palette="tea", thing="teapot", others=("dango",), seed=1),
    Recipe(scene=Scene.AVATAR, palette="people", thing="panda", seed=2),
)


def test_a_name_follows_the_recipe() -> None:
    first = THREE[0]
    assert picture_name(first) == picture_name(msgspec.structs.replace(first))
    assert picture_name(first) != picture_name(msgspec.structs.replace(first, seed=1))
    names = {picture_name(recipe) for recipe in read_market().pictures()}
    assert len(names) == len(set(read_market().pictures()))


@installed
def test_every_icon_of_the_market_exists() -> None:
    names = icon_names(read_market().pictures())
    assert set(read_icons(ICONS, names)) == names


@installed
def test_pictures_are_the_size_of_their_scene_and_small(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    render(THREE, tmp_path, ICONS, processes=2, progress=lambda *at: heard.append(at))
    assert heard[-1] == (3, 3)
    for recipe in THREE:
        path = tmp_path / picture_name(recipe)
        with Image.open(path) as picture:
            assert picture.format == "WEBP"
            assert picture.size == PICTURE_SIZES[recipe.scene]
        assert 1_000 < path.stat().st_size < 60_000


@installed
def test_the_same_recipe_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        render(THREE, tmp_path / folder, ICONS, processes=1)
    for recipe in THREE:
        name = picture_name(recipe)
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@installed
def test_what_is_there_is_not_painted_again(tmp_path: Path) -> None:
    for recipe in THREE:
        (tmp_path / picture_name(recipe)).write_bytes(b"kept")
    render(THREE, tmp_path, ICONS)
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"kept"}


def test_a_form_is_drawn_in_its_colours() -> None:
    drawing = form_svg("mug", "e8937f/fff0dd")
    assert "#e8937f" in drawing
    assert "$" not in drawing
