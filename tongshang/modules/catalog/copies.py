"""The stored form of a sheet.

A sheet is kept as the bytes in which it is answered, so that reading a product re-encodes nothing:
only its states and the stock of the moment are put between them.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from msgspec import Raw, Struct, json, to_builtins

from tongshang.modules.catalog import domain
from tongshang.modules.catalog.domain import Product
from tongshang.modules.catalog.sheet import ProductSheet

CHINA: Final = timezone(timedelta(hours=8))

IDS: Final = frozenset(
    {"sku_id", "cat_id", "brand_id", "template_id", "qua_id", "after_sale_address_id"}
)
FLAGS: Final = frozenset({"spot_after_presale_end", "is_hide_price"})  # 0 or 1 in answers


class _Copy(Struct):
    sheet: Raw
    skus: list[tuple[int, Raw]]


_copy = json.Decoder(_Copy)
_sheet = json.Decoder(ProductSheet, strict=False)


def pack(product: Product, sheet: ProductSheet, at: datetime) -> bytes:
    """A sheet as it is kept: its bytes of the answer, and of each SKU apart."""
    whole = _worded(to_builtins(sheet))
    skus = whole.pop("skus")
    for sku in skus:
        sku.pop("stock_num", None)
    whole = {
        "product_id": str(product.product_id),
        **whole,
        "product_type": 1,
        "min_price": domain.shown(sheet).price_fen,
        "create_time": time_text(product.created_at),
        "edit_time": int(at.timestamp()),
    }
    return json.encode(
        {
            "sheet": whole,
            "skus": [(sku.sku_id, one) for sku, one in zip(sheet.skus, skus, strict=True)],
        }
    )


def _worded(value: Any, name: str = "") -> Any:
    """The words of an answer: ids as strings, flags as numbers, nothing that is not there."""
    if isinstance(value, dict):
        return {key: _worded(part, key) for key, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [_worded(part) for part in value]
    if name in IDS:
        return str(value)
    return int(value) if name in FLAGS else value


def unpack(body: bytes) -> ProductSheet:
    """The sheet that is kept in `body`."""
    copy = _copy.decode(body)
    skus = b",".join(bytes(sku) for _, sku in copy.skus)
    return _sheet.decode(bytes(copy.sheet)[:-1] + b',"skus":[' + skus + b"]}")


def sku_ids(body: bytes) -> list[int]:
    """The SKUs of the sheet that is kept in `body`."""
    return [sku_id for sku_id, _ in _copy.decode(body).skus]


def answer(body: bytes, status: int, draft_status: int, stocks: Mapping[int, int]) -> Raw:
    """The kept bytes as an answer, with states and stocks of now."""
    copy = _copy.decode(body)
    skus = b",".join(
        b'%b,"stock_num":%d}' % (bytes(sku)[:-1], stocks.get(sku_id, 0))
        for sku_id, sku in copy.skus
    )
    return Raw(
        b'%b,"status":%d,"edit_status":%d,"skus":[%b]}'
        % (bytes(copy.sheet)[:-1], status, draft_status, skus)
    )


def time_text(at: datetime) -> str:
    """A time as the platform writes it: Chinese time, to the second."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
