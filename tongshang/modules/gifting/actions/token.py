"""A gift's link: a signed text that says which present, and that nobody else can make."""

from struct import Struct

from tongshang.runtime import crypto

_PURPOSE = "gift"
_FORM = Struct(">QQ")


def write(secret: bytes, shop_id: int, present_id: int) -> str:
    """The token of a present."""
    return crypto.sign(secret, _PURPOSE, _FORM.pack(shop_id, present_id))


def read(secret: bytes, text: str) -> tuple[int, int] | None:
    """The present of a token, or None where we did not sign it."""
    body = crypto.unsign(secret, _PURPOSE, text) if text.isascii() else None
    if body is None or len(body) != _FORM.size:
        return None
    shop_id, present_id = _FORM.unpack(body)
    return shop_id, present_id
