"""Words that requests of several families share."""

from typing import Annotated, Final, TypeAlias

import msgspec

NO_NUL: Final = r"^[^\x00]*$"  # what PostgreSQL keeps in no text
Appid: TypeAlias = Annotated[str, msgspec.Meta(max_length=64, pattern=NO_NUL)]
Key: TypeAlias = Annotated[str, msgspec.Meta(max_length=400, pattern=NO_NUL)]
Link: TypeAlias = Annotated[str, msgspec.Meta(max_length=500, pattern=NO_NUL)]
Word: TypeAlias = Annotated[str, msgspec.Meta(max_length=64, pattern=NO_NUL)]
Size: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=100)]
PoolSize: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=20)]
Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
# Contents, rooms and accounts are named by their number, in digits.
Digits: TypeAlias = Annotated[str, msgspec.Meta(max_length=64, pattern=NO_NUL)]


def number_of(text: str) -> int:
    """Which content, room or account a text names; 0: none."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 20
    return int(text) if is_number and int(text) < 2**63 else 0
