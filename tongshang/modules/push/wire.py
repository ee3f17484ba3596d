"""What shops send and get to see of their pushes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from tongshang.modules.push import domain
from tongshang.modules.push.domain import Mode, Push, Target

PLATFORM_OPENID = "o-tongshang-platform"  # the sender of events behind which no person stands

Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]
Seq = Annotated[int, msgspec.Meta(ge=1, le=2**62)]


class TargetRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Where pushes shall go; without an `aes_key` one is drawn and answered once."""

    url: str
    token: str
    aes_key: str = ""
    mode: Mode = Mode.SECURE


class TargetAsked(msgspec.Struct):
    """The key to decrypt with; the address is verified within seconds."""

    state: str
    aes_key: str


class TargetSwitch(msgspec.Struct, forbid_unknown_fields=True):
    """Whether pushes are sent to the address in use."""

    is_on: bool


class TargetView(msgspec.Struct):
    """An address; its secrets are masked."""

    url: str
    token: str
    aes_key: str
    mode: Mode
    state: str
    is_on: bool
    error: str
    changed_at: datetime

    @classmethod
    def of(cls, target: Target) -> "TargetView":
        """What a shop sees of an address."""
        return cls(
            target.url,
            domain.masked(target.token),
            domain.masked(target.aes_key),
            target.mode,
            target.state.name.lower(),
            target.is_on,
            target.error,
            target.changed_at,
        )


class TargetsView(msgspec.Struct):
    """The address in use; one that waits for its verification; the last that was refused."""

    in_use: TargetView | None = None
    asked: TargetView | None = None
    refused: TargetView | None = None

    @classmethod
    def of(cls, targets: Sequence[Target]) -> "TargetsView":
        """A shop's addresses by their state."""
        return cls(**{target.state.name.lower(): TargetView.of(target) for target in targets})


class PushWritten(msgspec.Struct):
    """A push in the journal."""

    seq: int
    push_id: str


class PushQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which pushes: of one state (waiting, delivered, dead, kept) or all."""

    state: str = ""
    limit: Limit = 20
    next_key: str = ""


class PushView(msgspec.Struct):
    """A push as the journal has it; `body` is what is encrypted."""

    seq: int
    push_id: str
    event: str
    body: msgspec.Raw
    state: str
    attempts: int
    error: str
    told_at: datetime
    delivered_at: datetime | None

    @classmethod
    def of(cls, push: Push) -> "PushView":
        """What a shop sees of a push."""
        return cls(
            push.seq,
            str(push.push_id),
            push.event,
            msgspec.Raw(push.body.encode()),
            push.state.name.lower(),
            push.attempts,
            push.error,
            push.told_at,
            push.delivered_at,
        )


class PushPage(msgspec.Struct):
    """A page of the journal, newest first; `next_key` is empty on the last."""

    pushes: list[PushView]
    next_key: str = ""


class ReplayRequest(msgspec.Struct, forbid_unknown_fields=True):
    """One push (`seq`), or all `from_seq` to `to_seq`; without `to_seq` up to the newest."""

    seq: Seq | None = None
    from_seq: Seq | None = None
    to_seq: Seq | None = None


class Replayed(msgspec.Struct):
    """How many pushes are delivered again, and the last of them."""

    count: int
    last_seq: int


def body(
    event: str, username: str, openid: str | None, at: datetime, fields: dict[str, object]
) -> str:
    """An event in its envelope (reference section 13.5); `openid` None: it names no sender."""
    sender = {} if openid is None else {"FromUserName": openid or PLATFORM_OPENID}
    return msgspec.json.encode(
        {
            "ToUserName": username,
            **sender,
            "CreateTime": int(at.timestamp()),
            "MsgType": "event",
            "Event": event,
            **fields,
        }
    ).decode()
