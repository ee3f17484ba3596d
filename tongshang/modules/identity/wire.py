"""Requests and answers of tokens (contract family auth) and of the buyer's own data."""

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec

from tongshang.runtime.rpc import WireReply


class TokenQuery(msgspec.Struct):
    """What is missing is told by its own code, so nothing is required here."""

    grant_type: str = ""
    appid: str = ""
    secret: str = ""


class StableTokenQuery(TokenQuery):
    force_refresh: bool = False


class TokenReply(WireReply, omit_defaults=True):
    access_token: str = ""
    expires_in: int = -1


class BuyerView(msgspec.Struct):
    buyer_id: str
    nickname: str
    avatar_url: str
    openid: str


# What a person is called in public: no markup, nothing unseen, no blanks around it.
PublicName: TypeAlias = Annotated[
    str,
    msgspec.Meta(
        min_length=2,
        max_length=20,
        pattern=r"^[^\s\x00-\x1f\x7f<>]([^\x00-\x1f\x7f<>]*[^\s\x00-\x1f\x7f<>])$",
    ),
]
PublicText: TypeAlias = Annotated[
    str, msgspec.Meta(max_length=100, pattern=r"^[^\x00-\x1f\x7f<>]*$")
]


class PromoterDraft(msgspec.Struct, forbid_unknown_fields=True):
    """`rules` is the version of the promoters' rules that the person has agreed to."""

    name: PublicName
    intro: PublicText
    rules: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class PromoterEntry(msgspec.Struct):
    """The promoter that a person is; empty and none where the person is none."""

    promoter_id: str = ""
    name: str = ""
    intro: str = ""
    agreed_rules: int = 0
    agreed_at: datetime | None = None
    rules: int = 0
