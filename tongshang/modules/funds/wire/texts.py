"""Texts and amounts as requests bring them."""

from typing import Annotated, Final, TypeAlias

import msgspec

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
