"""Brings the front-end files by their package lock, and picks the few that pages use.

Files of others are not kept in this repository: the lock holds their hashes, npm checks them.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ROOT / "node_modules"
PARTS: Final = ROOT / "tongshang" / "sites" / "static" / "parts"

# fmt: off
FILES: Final = {
    "htmx.min.js":           "htmx.org/dist/htmx.min.js",
    "weui.min.css":          "weui/dist/style/weui.min.css",
    "echarts.simple.min.js": "echarts/dist/echarts.simple.min.js",
    "axe.min.js":            "axe-core/axe.min.js",
    "xiaowei.ttf": "@expo-google-fonts/zcool-xiaowei/400Regular/ZCOOLXiaoWei_400Regular.ttf",
}
# fmt: on

_OLDEST_NPM: Final = 7  # the first that reads a lock of this form
_DRAWING: Final = re.compile(r"<svg[^>]*>(.*?)</svg>", re.DOTALL)
_SYMBOL: Final = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{drawing}</symbol>\n'
)


def fluent_emoji() -> Path:
    """The Iconify file of Fluent emoji, from which the demo's pictures are drawn."""
    return PACKAGES / "@iconify-json" / "fluent-emoji" / "icons.json"


def sprite(names: list[str], drawings: Path) -> str:
    """One SVG with a symbol for each icon: `<svg><use href=".../icons.svg#gift"/></svg>`."""
    symbols = []
    for name in names:
        found = _DRAWING.search((drawings / f"{name}.svg").read_text())
        if found is None:
            sys.exit(f"parts: {name}.svg holds no drawing")
        drawing = " ".join(found[1].split())
        symbols.append(_SYMBOL.format(name=name, drawing=drawing))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'


def _npm() -> str:
    """The machine's npm, or one brought beside Python where there is none that would do."""
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        version = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)
        major = version.stdout.partition(".")[0]
        if version.returncode == 0 and major.isdigit() and int(major) >= _OLDEST_NPM:
            return npm
    print("setup: Node.js, since this machine has none", flush=True)
    lock = ROOT / "requirements" / "node.txt"
    install = ["-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    subprocess.run(
        [sys.executable, *install, "--require-hashes", "--requirement", lock], check=True
    )
    return str(Path(sys.executable).with_name("npm"))


def bring() -> None:
    """Install the packages exactly as locked, without running anything of theirs."""
    npm = _npm()
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    subprocess.run([npm, "ci", "--silent", *quiet], cwd=ROOT, check=True)


def pick() -> None:
    """Lay the files that pages name where the site serves them."""
    PARTS.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        shutil.copyfile(PACKAGES / source, PARTS / name)
    names = (ROOT / "tools" / "icons.txt").read_text().split()
    (PARTS / "icons.svg").write_text(sprite(names, PACKAGES / "lucide-static" / "icons"))


def _is_as_locked() -> bool:
    """npm leaves a copy of the lock it followed, less the root entry."""
    left = PACKAGES / ".package-lock.json"
    return left.exists() and left.stat().st_mtime >= (ROOT / "package-lock.json").stat().st_mtime


if __name__ == "__main__":
    if not _is_as_locked():
        bring()
    pick()
    (PARTS / "brought").touch()
