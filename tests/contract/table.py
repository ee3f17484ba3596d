"""The table in the manual of what the contract's answers have and ours do not.

`python -m tests.contract.table` writes it anew.
"""

from pathlib import Path
from typing import Final

from tests.contract import ours

_MANUAL: Final = Path(__file__).parents[2] / "docs" / "wire.md"
_BEGIN: Final = "<!-- the table: python -m tests.contract.table -->"
_END: Final = "<!-- the end of the table -->"


def lines() -> str:
    """The table as it should be."""
    rows = ["| call | not sent | why |", "|---|---|---|"]
    for endpoint in sorted(ours.DOCUMENTED, key=lambda one: one.path):
        by_why: dict[str, list[str]] = {}
        for place, why in ours.unsent(endpoint):
            by_why.setdefault(why, []).append(f"`{place}`")
        rows += [f"| `{endpoint.path}` | {', '.join(by_why[why])} | {why} |" for why in by_why]
    return "\n".join(rows)


def kept() -> str:
    """The table as the manual has it."""
    _, _, rest = _MANUAL.read_text("utf-8").partition(_BEGIN)
    return rest.partition(_END)[0].strip()


def write() -> None:
    before, _, rest = _MANUAL.read_text("utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    _MANUAL.write_text(f"{before}{_BEGIN}\n{lines()}\n{_END}{after}", "utf-8")


if __name__ == "__main__":
    write()
