"""A folder for a demo in which every picture is painted already, tiny: painting takes a minute."""

import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tongshang.demo.market import read_market
from tongshang.demo.painting import ICONS
from tongshang.demo.recipe import picture_name

needs_icons = pytest.mark.skipif(not ICONS.exists(), reason="the icon package is not installed")


@contextlib.contextmanager
def painted_home() -> Iterator[Path]:
    """A home that the server's own user may enter too, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="tongshang-demo-"))
    home.chmod(0o755)
    paint_all(home)
    try:
        yield home
    finally:
        shutil.rmtree(home)


def paint_all(home: Path) -> None:
    """Each picture a dot of its own colour, where the painters leave theirs."""
    easel = home / "painting" / "done"
    easel.mkdir(parents=True)
    for number, recipe in enumerate(dict.fromkeys(read_market().pictures())):
        dot = io.BytesIO()
        colour = (number % 256, number // 256, 90)
        Image.new("RGB", (4, 4), colour).save(dot, "PNG")
        (easel / picture_name(recipe)).write_bytes(dot.getvalue())


def processes_of(home: Path) -> list[str]:
    """The command lines of living processes that name `home`."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = place.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(home) in line and int(place.parent.name) != os.getpid():
                found.append(line)
    return found
