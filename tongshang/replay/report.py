"""The account of a replay: every line of the file, and what became of the trade."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from tongshang.replay.fates import Account, Fate, Mark


def report(
    account: Account,
    totals: Mapping[str, int],
    refusals: Sequence[tuple[date, str, str, int]],
    took_ms: int,
) -> Iterator[str]:
    """The account in lines for a terminal."""
    yield f"lines in the file          {account.lines:>12,}"
    for fate in Fate:
        if account.fates[fate]:
            yield f"  {account.fates[fate]:>10,}  {fate.value}"
    yield f"lines accounted for        {account.fates.total():>12,}"
    yield "of them"
    for mark in Mark:
        if account.marks[mark]:
            yield f"  {account.marks[mark]:>10,}  {mark.value}"
    several = sum(len(names) > 1 for names in account.descriptions.values())
    yield f"  {several:>10,}  stock codes with more than one description (the first of a day is used)"
    yield f"  {len(account.invoices_c):>10,}  C invoices"
    for line in account.malformed[:20]:
        yield f"  line {line.number}: malformed: {line.reason}"
    yield "what became of it"
    for name, value in totals.items():
        shown = f"{value // 100:,}.{value % 100:02d}" if name.endswith("_fen") else f"{value:,}"
        yield f"  {name.removesuffix('_fen'):20} {shown:>16}"
    if refusals:
        yield f"refused by the platform    {len(refusals):>12,}"
        for day, what, reason, pieces in refusals[:20]:
            yield f"  {day} {what} ({pieces} pieces): {reason}"
    rate = account.lines * 1000 // max(took_ms, 1)
    yield f"in {took_ms / 1000:.1f} s, {rate:,} lines a second"
