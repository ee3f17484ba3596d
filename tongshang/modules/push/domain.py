"""Receivers, what becomes of a delivery, and which addresses we call."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from tongshang.modules.push.machine import PUSH, PushMove, PushState, TargetState
from tongshang.modules.push.refusals import BadTarget

URL_MAX: Final = 512
REPLAY_MAX: Final = 10_000
REASON_MAX: Final = 300
ANSWER_SECONDS: Final = 5  # reference section 13.3
# The longest answer that can still be right: `success`, or an echo of the verification.
ANSWER_BYTES_MAX: Final = 64

# Between one delivery and the next: with the first one, ten at most (reference section 13.3).
RETRIES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (0, 0, 10, 60, 300, 1800, 3600, 3600, 3600)
)

# A shop names the address that we call, so it could have us call what only we reach. Programs on
# the platform's own machine are what a sandbox is for; the rest of a private network is not.
LOOPBACK_ALLOWED: Final = True
PRIVATE_ALLOWED: Final = False

_TOKEN: Final = re.compile(r"[A-Za-z0-9]{3,32}")
_AES_KEY: Final = re.compile(r"[A-Za-z0-9]{43}")


class Mode(StrEnum):
    """How pushes travel. The values are stored: add, never rename."""

    SECURE = "secure"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """A shop's receiver, as it is asked for."""

    shop_id: int
    url: str
    token: str
    aes_key: str
    mode: Mode = Mode.SECURE


@dataclass(frozen=True, slots=True)
class Target:
    """A shop's receiver. `appid` is in the frame of what is encrypted for it."""

    shop_id: int
    target_id: int
    state: TargetState
    url: str
    token: str
    aes_key: str
    mode: Mode
    is_on: bool
    appid: str
    error: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class PushDraft:
    """An event to be written to a shop's journal."""

    shop_id: int
    event: str
    body: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class PushRef:
    """Which push, in which turn of its deliveries."""

    shop_id: int
    seq: int
    turn: int


@dataclass(frozen=True, slots=True)
class Push:
    """A push as the journal has it."""

    shop_id: int
    seq: int
    push_id: int
    event: str
    body: str
    state: PushState
    attempts: int
    error: str
    told_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A push on its way: to where, for the how-manieth time."""

    ref: PushRef
    push: Push
    target: Target | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a push after a delivery."""

    state: PushState
    attempts: int
    error: str = ""
    again_at: datetime | None = None
    delivered_at: datetime | None = None


def verdict(attempts_before: int, failure: str | None, at: datetime) -> Verdict:
    """What follows from one more delivery, which failed for a reason or did not."""
    attempts = attempts_before + 1
    if failure is None:
        delivered = PUSH.step(PushState.WAITING, PushMove.DELIVER)
        return Verdict(delivered, attempts, delivered_at=at)
    reason = failure[:REASON_MAX]
    if attempts > len(RETRIES):
        return Verdict(PUSH.step(PushState.WAITING, PushMove.GIVE_UP), attempts, reason)
    return Verdict(PushState.WAITING, attempts, reason, again_at=at + RETRIES[attempts - 1])


def checked(draft: TargetDraft) -> TargetDraft:
    """The draft, if a receiver can be reached and addressed with it."""
    try:
        parts = urlsplit(draft.url)
        has_place = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise BadTarget(field="url", rule="is not an address") from None
    if parts.scheme not in {"http", "https"} or not has_place or parts.fragment:
        raise BadTarget(field="url", rule="begins with http:// or https:// and names a host")
    if parts.username or parts.password:
        raise BadTarget(field="url", rule="holds no name and no password")
    if len(draft.url) > URL_MAX or not draft.url.isascii() or not draft.url.isprintable():
        raise BadTarget(field="url", rule=f"has at most {URL_MAX} plain characters")
    if not _TOKEN.fullmatch(draft.token):
        raise BadTarget(field="token", rule="has 3 to 32 letters and digits")
    if not _AES_KEY.fullmatch(draft.aes_key):
        raise BadTarget(field="aes_key", rule="has 43 letters and digits")
    return draft


def may_call(address: str) -> bool:
    """Whether we call this address on a shop's behalf."""
    ip: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return LOOPBACK_ALLOWED
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved:
        return False
    return ip.is_global or PRIVATE_ALLOWED


def masked(secret: str) -> str:
    """A secret as it is shown: enough to recognise it."""
    return f"{secret[:2]}{'*' * (len(secret) - 2)}"
