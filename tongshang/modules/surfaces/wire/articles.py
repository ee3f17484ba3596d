"""A product's card for an article, as the wire has it."""

from typing import Annotated

import msgspec

from tongshang.runtime.rpc import WireReply

_ID = Annotated[str, msgspec.Meta(max_length=19)]


class CardInfoRequest(msgspec.Struct):
    """`article_type` newspic or news; `card_type` 0 large, 1 small, 2 text link, 3 bar."""

    product_id: _ID
    article_type: str
    card_type: int


class CardInfoReply(WireReply, omit_defaults=True):
    errcode: int = msgspec.field(default_factory=lambda: 0)
    errmsg: str = msgspec.field(default_factory=lambda: "ok")
    product_key: str | None = None
    dom: str | None = msgspec.field(default=None, name="DOM")
