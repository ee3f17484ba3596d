"""A gift's link: a signed text that says which present, and that nobody else can make.

Gifting knows what is in it; links only carry it, as they carry cards.
"""

from struct import Struct
from typing import Final

from tongshang.modules.links.domain import GiftRef
from tongshang.runtime import crypto

_PURPOSE: Final = "gift"
_FORM: Final = Struct(">QQ")


def gift_token(secret: bytes, shop_id: int, present_id: int) -> str:
    """The token of a present."""
    return crypto.sign(secret, _PURPOSE, _FORM.pack(shop_id, present_id))


def read_gift(secret: bytes, text: str) -> GiftRef | None:
    """The present of a token, or None where we did not sign it."""
    body = crypto.unsign(secret, _PURPOSE, text) if text.isascii() else None
    if body is None or len(body) != _FORM.size:
        return None
    shop_id, present_id = _FORM.unpack(body)
    return GiftRef(present_id, shop_id=shop_id)


def gift_place(secret: bytes, ref: GiftRef) -> str:
    """Where a gift is opened."""
    return f"/g/{gift_token(secret, ref.shop_id, ref.present_id)}"
