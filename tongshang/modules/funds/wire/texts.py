"""Texts and amounts as requests bring them."""

from typing import Annotated, Final, TypeAlias

import msgspec

from tongshang.runtime.wire import ID_MAX, number

AMOUNT_MAX: Final = 10**13  # fen
# No control characters: PostgreSQL keeps no NUL, and a bank's slip no line breaks.
_PLAIN: Final = r"^[^\x00-\x1f\x7f]*$"

AmountFen: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MAX)]
Remark: TypeAlias = Annotated[str, msgspec.Meta(max_length=56, pattern=_PLAIN)]
BankMemo: TypeAlias = Annotated[str, msgspec.Meta(max_length=32, pattern=_PLAIN)]
Word: TypeAlias = Annotated[str, msgspec.Meta(max_length=128, pattern=_PLAIN)]
Name: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=_PLAIN)]
Ticket: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=_PLAIN)]
AddressCode: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]
AccountNumber: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6,32}$")]
# Ours are digits; the platform's own are told with two letters before them.
WithdrawId: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=1, le=ID_MAX)]
    | Annotated[str, msgspec.Meta(pattern=r"^(wd)?[1-9][0-9]{0,19}$")]
)


def withdrawal_number(value: int | str) -> int:
    """A withdrawal's number; one beyond 64 bits is nobody's."""
    return number(value.removeprefix("wd") if isinstance(value, str) else value)
