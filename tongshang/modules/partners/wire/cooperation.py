"""What shops and accounts ask about cooperating (contract family cooperation)."""

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec

from tongshang.modules.ordering.api import PriceInfoView, ProductInfoView
from tongshang.modules.partners.domain.cooperation import Bond
from tongshang.modules.partners.wire.words import NO_NUL, Appid, Digits, Key, Number, Size
from tongshang.runtime.rpc import WireReply

AccountId: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=NO_NUL)]


class AccountRef(msgspec.Struct, kw_only=True):
    sharer_id: AccountId
    sharer_type: int


class ListQuery(msgspec.Struct, kw_only=True):
    sharer_type: int = 3


class StatusData(msgspec.Struct):
    status: int


class StatusReply(WireReply, kw_only=True):
    data: StatusData


class QrData(msgspec.Struct):
    qrcode_base64: str


class QrReply(WireReply, kw_only=True):
    data: QrData


def _millis(at: datetime | None) -> int | msgspec.UnsetType:
    return int(at.timestamp() * 1000) if at else msgspec.UNSET


class Account(msgspec.Struct, kw_only=True):
    sharer_id: str
    sharer_name: str
    sharer_type: int
    status: int
    bind_time: int | msgspec.UnsetType = msgspec.UNSET
    unbind_time: int | msgspec.UnsetType = msgspec.UNSET
    reject_time: int | msgspec.UnsetType = msgspec.UNSET
    cancel_time: int | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(cls, bond: Bond, at: datetime) -> "Account":
        """An account as the shop sees it."""
        return cls(
            sharer_id=bond.sharer_id,
            sharer_name=bond.name,
            sharer_type=bond.kind,
            status=bond.status(at),
            bind_time=_millis(bond.bound_at),
            unbind_time=_millis(bond.unbound_at),
            reject_time=_millis(bond.rejected_at),
            cancel_time=_millis(bond.cancelled_at),
        )


class AccountList(WireReply, kw_only=True):
    data_list: list[Account] = msgspec.field(default_factory=list)


class Shop(msgspec.Struct, kw_only=True):
    appid: str
    nickname: str
    status: int
    bind_time: int | msgspec.UnsetType = msgspec.UNSET
    unbind_time: int | msgspec.UnsetType = msgspec.UNSET
    cancel_time: int | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(cls, bond: Bond, appid: str, name: str, at: datetime) -> "Shop":
        """A shop as the account sees it."""
        return cls(
            appid=appid,
            nickname=name,
            status=bond.status(at),
            bind_time=_millis(bond.bound_at),
            unbind_time=_millis(bond.unbound_at),
            cancel_time=_millis(bond.cancelled_at),
        )


class ShopList(WireReply, kw_only=True):
    shop_list: list[Shop] = msgspec.field(default_factory=list)


class ProductQuery(msgspec.Struct, kw_only=True):
    shop_appid: Appid
    page_size: Size = 10
    next_key: Key = ""


class ProductLine(msgspec.Struct):
    product_id: str


class ProductPage(WireReply, kw_only=True):
    products: list[ProductLine] = msgspec.field(default_factory=list)
    total_num: int = 0
    next_key: str = ""


class ProductRef(msgspec.Struct, kw_only=True):
    shop_appid: Appid
    product_id: Number


class Product(msgspec.Struct):
    product_id: str
    title: str
    img_urls: list[str]
    min_price: int


class ProductReply(WireReply, kw_only=True):
    product: Product


class OrderRef(msgspec.Struct, kw_only=True):
    shop_appid: Appid
    order_id: Digits


class OrderDetail(msgspec.Struct):
    product_infos: list[ProductInfoView]
    price_info: PriceInfoView


class Order(msgspec.Struct):
    order_detail: OrderDetail
    openid: str
    unionid: str


class OrderReply(WireReply, kw_only=True):
    order: Order


class Upload(msgspec.Struct, kw_only=True):
    """The file comes as the form's part `file`."""

    openid: AccountId
    upload_type: int = 0
    file_url: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    media: bytes = msgspec.field(default=b"", name="file")


class UploadReply(WireReply, kw_only=True):
    media_id: str


class FileQuery(msgspec.Struct, kw_only=True):
    openid: AccountId
    order_id: Digits


class FileReply(WireReply, kw_only=True):
    url: str
    expire_time: int


# --- our own: who holds the account ------------------------------------------------------------


class TicketRef(msgspec.Struct, forbid_unknown_fields=True):
    """The text behind the invitation's QR code."""

    ticket: Key


class TicketAnswer(msgspec.Struct, forbid_unknown_fields=True):
    ticket: Key
    accepts: bool


class TicketView(msgspec.Struct):
    """Which shop invites which account, and what came of it."""

    shop_id: str
    shop_name: str
    shop_icon_url: str
    account_id: str
    account_name: str
    sharer_type: int
    state: str


class FileToken(msgspec.Struct, forbid_unknown_fields=True):
    token: Key


class FileContent(msgspec.Struct):
    """A file, and what kind it is."""

    media_type: str
    content: bytes
