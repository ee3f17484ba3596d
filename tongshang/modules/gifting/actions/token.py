"""A gift's link: a signed text that says which present, and that nobody else can make."""

from tongshang.modules.links import api as links


def write(secret: bytes, shop_id: int, present_id: int) -> str:
    """The token of a present."""
    return links.gift_token(secret, shop_id, present_id)


def read(secret: bytes, text: str) -> tuple[int, int] | None:
    """The present of a token, or None where we did not sign it."""
    ref = links.read_gift(secret, text)
    return None if ref is None else (ref.shop_id, ref.present_id)
