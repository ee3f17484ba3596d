"""The two lifecycles of a product: where the online copy stands, and where the draft.

Reference section 3.1. Of the states of a draft, 5, 7 and 8 (being written, asynchronous upload) are
left out: a draft of any size is written at once here.
"""

from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class ProductStatus(IntEnum):
    """Where the online copy stands."""

    NEW = 0
    LISTED = 5
    RECYCLED = 6
    DELETED = 9
    DELISTED = 11
    SOLD_OUT = 12
    VIOLATING = 13
    DEPOSIT_SHORT = 14
    BRAND_EXPIRED = 15
    BANNED = 20


class ProductMove(StrEnum):
    """What happens to the online copy."""

    LIST = "list"
    DELIST = "delist"
    SELL_OUT = "sell_out"
    TAKE_DOWN = "take_down"
    SUSPEND = "suspend"
    EXPIRE = "expire"
    BAN = "ban"
    RECYCLE = "recycle"
    DELETE = "delete"


class DraftStatus(IntEnum):
    """Where the draft stands."""

    INITIAL = 0
    EDITED = 1
    IN_AUDIT = 2
    FAILED = 3
    PASSED = 4


class DraftMove(StrEnum):
    """What happens to the draft."""

    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    REJECT = "reject"
    APPROVE = "approve"


class SkuStatus(IntEnum):
    """Whether one SKU of a listed product is sold (reference section 3.1, auditfree)."""

    NEW = 0
    ON_SALE = 5
    OFF_SALE = 11


_S, _M = ProductStatus, ProductMove
_OFF: Final = (_S.DELISTED, _S.SOLD_OUT)
_HELD: Final = (_S.VIOLATING, _S.DEPOSIT_SHORT, _S.BRAND_EXPIRED)

PRODUCT: Final = Machine(
    name="product",
    start=_S.NEW,
    ends={_S.DELETED},
    moves={
        _M.LIST:      arrow(_S.NEW, *_OFF, to=_S.LISTED),
        _M.DELIST:    arrow(_S.LISTED, to=_S.DELISTED),
        _M.SELL_OUT:  arrow(_S.LISTED, to=_S.SOLD_OUT),
        _M.TAKE_DOWN: arrow(_S.LISTED, *_OFF, to=_S.VIOLATING),
        _M.SUSPEND:   arrow(_S.LISTED, to=_S.DEPOSIT_SHORT),
        _M.EXPIRE:    arrow(_S.LISTED, to=_S.BRAND_EXPIRED),
        _M.BAN:       arrow(_S.LISTED, *_OFF, *_HELD, to=_S.BANNED),
        _M.RECYCLE:   arrow(_S.NEW, *_OFF, *_HELD, to=_S.RECYCLED),
        _M.DELETE:    arrow(_S.NEW, _S.LISTED, _S.RECYCLED, *_OFF, *_HELD, _S.BANNED, to=_S.DELETED),
    },
)  # fmt: skip

_D, _T = DraftStatus, DraftMove

DRAFT: Final = Machine(
    name="draft",
    start=_D.INITIAL,
    ends=set(),
    moves={
        _T.EDIT:     arrow(_D.INITIAL, _D.EDITED, _D.FAILED, _D.PASSED, to=_D.EDITED),
        _T.SUBMIT:   arrow(_D.EDITED, _D.FAILED, to=_D.IN_AUDIT),
        _T.WITHDRAW: arrow(_D.IN_AUDIT, to=_D.EDITED),
        _T.REJECT:   arrow(_D.IN_AUDIT, to=_D.FAILED),
        _T.APPROVE:  arrow(_D.IN_AUDIT, to=_D.PASSED),
    },
)  # fmt: skip
