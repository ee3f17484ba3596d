"""The log: one line of JSON an event, with the rid by which a caller can ask about a request."""

import secrets
import sys
import traceback
from collections.abc import Mapping
from datetime import datetime

import msgspec

_encode = msgspec.json.Encoder().encode


def new_rid(at: datetime) -> str:
    """A request's id: hex time, random, random (reference section 14.1)."""
    noise = secrets.token_hex(8)
    return f"{int(at.timestamp()):08x}-{noise[:8]}-{noise[8:]}"


def write(at: datetime, event: str, details: Mapping[str, object]) -> None:
    """Write one event; never a secret, a token or a person's data."""
    line = _encode({"at": at.isoformat(timespec="milliseconds"), "event": event, **details})
    sys.stderr.buffer.write(line + b"\n")
    sys.stderr.buffer.flush()


def write_failure(at: datetime, event: str, failure: BaseException, **details: object) -> None:
    """Write an unexpected failure with its traceback."""
    trace = "".join(traceback.format_exception(failure))
    write(at, event, {**details, "failure": repr(failure), "trace": trace})
