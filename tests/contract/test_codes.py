"""Our error codes are those that clients know, or lie in our own block."""

import re
from typing import Final

import pytest

from tests.contract import contract
from tongshang.kernel.refusal import Refusal

_REFERENCE: Final = contract.HOME.parent / "reference" / "wechat-store.md"
OURS: Final = range(9_000_000, 9_100_000)

# Codes that neither the contract's list nor section 14.2 of the reference has.
ELSEWHERE: Final = {
    41004: "the platform's global list: appsecret missing",
    6080074: "reference 5.3", 6080075: "reference 5.3", 6080076: "reference 5.3",
    6080077: "reference 5.3", 6080078: "reference 5.3",
    10023000: "reference 7.2", 10023100: "reference 7.2", 10023101: "reference 7.2",
    10023102: "reference 7.2", 10023103: "reference 7.2", 10023104: "reference 7.2",
    10023001: "reference 7.2", 10023105: "reference 7.2", 10023106: "reference 7.2",
    10023107: "reference 7.2",
    10024000: "reference 7.3", 10024001: "reference 7.3", 10024002: "reference 7.3",
    10024003: "reference 7.3", 10024004: "reference 7.3", 10024006: "reference 7.3",
    10024007: "reference 7.3",
    10024009: "reference 7.3", 10024010: "reference 7.3", 10024011: "reference 7.3",
    10024015: "reference 7.3", 10024019: "reference 7.3", 10024020: "reference 7.3",
    10024021: "reference 7.3", 10024023: "the platform's page on window/add",
}  # fmt: skip


@contract.needs_contract
@pytest.mark.skipif(not _REFERENCE.exists(), reason=f"no reference at {_REFERENCE}")
def test_every_code_that_is_not_ours_is_documented() -> None:
    listed = contract.known_codes() | _listed()
    known = {code: one.__module__ for code, one in Refusal.taken.items()}  # those of tests, too
    told = {code for code in known if code not in OURS and known[code].startswith("tongshang.")}
    assert told - listed - ELSEWHERE.keys() == set()
    assert ELSEWHERE.keys() & (listed | set(OURS)) == set(), "listed by now"


def _listed() -> set[int]:
    """The codes that section 14.2 names one by one."""
    text = _REFERENCE.read_text("utf-8")
    section = text.partition("### 14.2")[2].partition("### 14.3")[0]
    return {int(code) for code in re.findall(r"(?<![\dx])\d{5,8}(?![\dx])", section)}
