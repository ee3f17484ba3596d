"""What a demo tells to whoever asks."""

from typing import Annotated, Final

import msgspec

_SECONDS_MAX: Final = 10 * 365 * 86_400


class AppView(msgspec.Struct):
    """`role` is shop, promoter, agency, sharer or operator; the push fields are empty without an address."""

    role: str
    name: str
    appid: str
    secret: str
    party_id: str
    push_url: str = ""
    push_token: str = ""
    push_key: str = ""


class AppPage(msgspec.Struct):
    apps: list[AppView]


class BuyerView(msgspec.Struct):
    buyer_id: str
    nickname: str
    avatar_url: str
    token: str


class BuyerPage(msgspec.Struct):
    buyers: list[BuyerView]


class Newcomer(msgspec.Struct, forbid_unknown_fields=True):
    nickname: Annotated[
        str, msgspec.Meta(min_length=1, max_length=20, pattern=r"^[^\s\x00-\x1f\x7f<>]+$")
    ]


class ClockMove(msgspec.Struct, forbid_unknown_fields=True):
    """Either so many `seconds` on, or `to` a time in Unix seconds."""

    seconds: Annotated[int, msgspec.Meta(ge=0, le=_SECONDS_MAX)] = 0
    to: Annotated[int, msgspec.Meta(ge=0, le=253_370_764_800)] = 0


class ClockView(msgspec.Struct):
    """`now` in Unix seconds; `ahead_seconds` of the machine's clock."""

    now: int
    now_text: str
    ahead_seconds: int
