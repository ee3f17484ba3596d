"""Parties, buyers and tokens, and how long a token holds (reference section 14.1)."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tongshang.modules.identity.refusals import CredentialInvalid, TokenExpired, TokenMalformed

GRANT_TYPE: Final = "client_credential"
TOKEN_LIFE: Final = timedelta(seconds=7200)
# How long two tokens hold side by side: the former one of the plain flow after a new one is
# issued, and the last stretch of a stable token, in which the next one is given out.
HANDOVER: Final = timedelta(minutes=5)
REFRESHES_PER_DAY: Final = 20
REFRESH_GAP: Final = timedelta(seconds=30)
SESSION_LIFE: Final = timedelta(days=30)
PROMOTER_RULES: Final = 1  # the version that new promoters agree to

_CHINA: Final = timedelta(hours=8)
_APPID: Final = re.compile(r"wx[0-9a-z]{4,40}")
_ACCESS_TOKEN: Final = re.compile(rf"({_APPID.pattern})\.[A-Za-z0-9_-]{{43}}")
_SESSION: Final = re.compile(r"(\d{1,19})\.[A-Za-z0-9_-]{32}")


class PartyKind(StrEnum):
    """The values are stored: add, never rename."""

    SHOP = "shop"
    PROMOTER = "promoter"
    AGENCY = "agency"
    SHARER = "sharer"
    PLATFORM = "platform"


class Flow(StrEnum):
    """The two ways to a token; tokens of one never touch those of the other."""

    PLAIN = "plain"
    STABLE = "stable"


@dataclass(frozen=True, slots=True)
class Party:
    """Who does business here. `username` is its original id (gh_…), as pushes address it."""

    party_id: int
    kind: PartyKind
    name: str
    name_en: str
    intro: str
    icon_url: str
    appid: str
    username: str


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """A party to be; `appid` and `username` are drawn where they are empty."""

    kind: PartyKind
    name: str
    name_en: str = ""
    intro: str = ""
    icon_url: str = ""
    appid: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True)
class AppSecret:
    """An app's credentials, in plain text for the one time they are shown."""

    appid: str
    secret: str


@dataclass(frozen=True, slots=True)
class App:
    """A program of a party, and how often it may call."""

    appid: str
    party: Party
    secret_hash: bytes
    calls_per_minute: int
    calls_per_day: int


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as it is stored: enough to recognise it, not to use it."""

    token_hash: bytes
    flow: Flow
    seed: bytes
    expires_at: datetime
    is_latest: bool


@dataclass(frozen=True, slots=True)
class Buyer:
    """A person who buys. `openid` is how shops know the person."""

    buyer_id: int
    nickname: str
    avatar_url: str
    openid: str


@dataclass(frozen=True, slots=True)
class BuyerDraft:
    """A buyer to be."""

    nickname: str
    avatar_url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A person who became a promoter, and the rules that were agreed to."""

    party_id: int
    rules: int
    agreed_at: datetime


def drawn_names() -> tuple[str, str]:
    """An appid and an original id for a new party, in the form that clients know."""
    return f"wx{secrets.token_hex(8)}", f"gh_{secrets.token_hex(6)}"


def named(draft: PartyDraft, appid: str, username: str) -> PartyDraft:
    """The draft with both names; those it brings stay."""
    return replace(draft, appid=draft.appid or appid, username=draft.username or username)


def drawn_secret() -> str:
    """An AppSecret: 32 hex digits."""
    return secrets.token_hex(16)


def drawn_openid() -> str:
    """How shops know a new buyer: 28 characters, nothing of the buyer in them."""
    return f"o{secrets.token_urlsafe(20)}"


def is_appid(text: str) -> bool:
    """Whether an app could have this appid."""
    return _APPID.fullmatch(text) is not None


def appid_in(token: str) -> str:
    """Whose access token this claims to be."""
    found = _ACCESS_TOKEN.fullmatch(token)
    if found is None:
        raise TokenMalformed
    return found[1]


def buyer_in(token: str) -> int | None:
    """Whose session this claims to be, or None where it is no session."""
    found = _SESSION.fullmatch(token)
    buyer_id = int(found[1]) if found else 0
    return buyer_id if 0 < buyer_id < 1 << 63 else None


def check_end(at: datetime, expires_at: datetime, *, is_latest: bool) -> None:
    """Refuse a token past its end: expired by age, or invalid because a newer one took over."""
    if at >= expires_at:
        raise TokenExpired if is_latest else CredentialInvalid


def stable_text(appid: str, secret: str, seed: bytes) -> str:
    """The text of a stable token: made of the seed that is stored and the secret that is not.

    So the same token can be given out again to whoever shows the secret, while nobody who reads
    the database can make it.
    """
    mac = hmac.new(secret.encode(), b"stable token\0" + appid.encode() + seed, hashlib.sha256)
    return f"{appid}.{base64.urlsafe_b64encode(mac.digest()).decode().rstrip('=')}"


def holds(token: Token, text_hash: bytes, at: datetime) -> bool:
    """Whether a stable token is given out again: not in its last minutes.

    Nor when the secret has changed since, which gives the seed another text.
    """
    return token.token_hash == text_hash and at < token.expires_at - HANDOVER


def seconds_left(at: datetime, expires_at: datetime) -> int:
    """Whole seconds that a token still holds."""
    return (expires_at - at) // timedelta(seconds=1)


def day_begins(at: datetime) -> datetime:
    """When the day of daily quotas began: midnight in China."""
    local = at + _CHINA
    return local.replace(hour=0, minute=0, second=0, microsecond=0) - _CHINA


def is_refreshed_too_often(today: Sequence[datetime]) -> bool:
    """Whether the day's forced refreshes are used up."""
    return len(today) >= REFRESHES_PER_DAY


def is_refreshed_too_soon(last: datetime | None, at: datetime) -> bool:
    """Whether a forced refresh comes within half a minute of the one before."""
    return last is not None and at - last < REFRESH_GAP
