"""A person's session in a browser: a signed cookie that says who they are, and holds no secret."""

from typing import Final

import msgspec

from tongshang.runtime import crypto

COOKIE: Final = "tongshang"
_PURPOSE: Final = "session"


class Session(msgspec.Struct, array_like=True):
    """Who visits, as the cookie tells: a role and the id that goes with it."""

    role: str = ""  # buyer, shop, promoter, agency, operator
    owner_id: int = 0
    name: str = ""
    lang: str = "zh"
    nonce: str = ""
    picture_url: str = ""


def seal(secret: bytes, session: Session) -> str:
    """What the cookie holds."""
    return crypto.sign(secret, _PURPOSE, msgspec.msgpack.encode(session))


def unseal(secret: bytes, text: str) -> Session | None:
    """The session of a cookie, or None where it is not ours."""
    body = crypto.unsign(secret, _PURPOSE, text) if text else None
    if body is None:
        return None
    try:
        return msgspec.msgpack.decode(body, type=Session)
    except msgspec.MsgspecError:
        return None


def cookie_in(header: str) -> str:
    """Our cookie in a header of cookies; empty where there is none."""
    for part in header.split(";"):
        name, _, text = part.strip().partition("=")
        if name == COOKIE:
            return text.strip('"')
    return ""
