"""Requests and answers of tokens (contract family auth) and of the buyer's own data."""

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
