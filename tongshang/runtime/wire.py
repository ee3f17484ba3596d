"""Words that requests and answers of several rooms share: ids and moments on the wire."""

from datetime import datetime
from typing import Annotated, Final, TypeAlias

import msgspec

ID_MAX: Final = 2**63 - 1
SECONDS_MAX: Final = 4_102_444_800  # the year 2100

# 64 bits do not fit a JavaScript number: ids are answered as strings and taken either way.
Id: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=1, le=ID_MAX)]
    | Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,18}$")]
)
Seconds: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=SECONDS_MAX)]


def number(value: int | str) -> int:
    """An id as a number; one beyond 64 bits is nobody's."""
    return min(int(value), ID_MAX)


def seconds(at: datetime | None) -> int:
    """A moment as the wire counts it; zero: not yet."""
    return int(at.timestamp()) if at else 0
