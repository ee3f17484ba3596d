"""What shops ask of orders over the wire (contract family order)."""

from typing import Annotated, Final, TypeAlias

import msgspec

from tongshang.modules.ordering.domain.pricing import RepriceDraft, SkuPrice
from tongshang.modules.ordering.domain.shipping import ShipDraft, ShipItem, ShipParcel
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import ID_MAX, SECONDS_MAX

VIRTUAL: Final = 3
WireId: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=ID_MAX)]
Size: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=100)]
Moment: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=SECONDS_MAX)]
Fen: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
NO_NUL: Final = r"^[^\x00]*$"  # what PostgreSQL keeps in no text
Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=200, pattern=NO_NUL)]
Status: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=999)]


class TimeRange(msgspec.Struct):
    start_time: Moment
    end_time: Moment


class OrderListQuery(msgspec.Struct):
    page_size: Size = 10
    create_time_range: TimeRange | None = None
    update_time_range: TimeRange | None = None
    status: Status = 0
    openid: Text = ""
    next_key: str = ""


class OrderIdPage(WireReply, kw_only=True):
    order_id_list: list[str]
    next_key: str
    has_more: bool


class SearchCondition(msgspec.Struct):
    title: Text = ""
    sku_code: Text = ""
    user_name: Text = ""
    tel_number: Text = ""
    tel_number_last4: Text = ""
    order_id: Annotated[int, msgspec.Meta(ge=0, le=ID_MAX)] | None = None
    merchant_notes: Text = ""
    customer_notes: Text = ""
    present_order_id: Annotated[int, msgspec.Meta(ge=0, le=ID_MAX)] | None = None
    address_under_review: bool = False

    @property
    def asks_for_none(self) -> bool:
        """Whether it asks for addresses under review: there are none yet."""
        return self.address_under_review

    def texts(self) -> dict[str, str]:
        """The conditions in words, by their names."""
        names = (
            "title",
            "sku_code",
            "user_name",
            "tel_number",
            "tel_number_last4",
            "merchant_notes",
            "customer_notes",
        )
        return {name: getattr(self, name) for name in names}


class OrderSearch(msgspec.Struct):
    search_condition: SearchCondition
    page_size: Size = 10
    status: Status = 0
    on_aftersale_order_exist: Annotated[int, msgspec.Meta(ge=0, le=1)] | None = None
    next_key: str = ""


class OrdersFound(WireReply, kw_only=True):
    """The ids under both their names: clients read one or the other."""

    orders: list[str]
    order_id_list: list[str]
    next_key: str
    has_more: bool

    @classmethod
    def of(cls, ids: list[str], next_key: str = "") -> "OrdersFound":
        """A page of ids; it is the last without a `next_key`."""
        return cls(orders=ids, order_id_list=ids, next_key=next_key, has_more=bool(next_key))


class OrderQuery(msgspec.Struct):
    """Personal data is masked whether or not `encode_sensitive_info` asks for it."""

    order_id: WireId
    encode_sensitive_info: bool = True


class SkuChangePage(msgspec.Struct):
    page: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    page_size: Size = 10


class SkuChangeRef(msgspec.Struct):
    order_id: WireId


class SkuChangesReply(WireReply, kw_only=True):
    order_ids: list[str]


class SkuPriceChange(msgspec.Struct):
    product_id: WireId
    sku_id: WireId
    change_price: Fen


class PriceUpdate(msgspec.Struct):
    order_id: WireId
    change_express: bool = False
    express_fee: Fen = 0
    change_order_infos: Annotated[list[SkuPriceChange], msgspec.Meta(max_length=1_200)] = []

    def draft(self, shop_id: int) -> RepriceDraft:
        """The change, as the shop's."""
        prices = (
            SkuPrice(one.product_id, one.sku_id, one.change_price)
            for one in self.change_order_infos
        )
        freight = self.express_fee if self.change_express else None
        return RepriceDraft(shop_id, self.order_id, tuple(prices), freight)


class NotesUpdate(msgspec.Struct):
    order_id: WireId
    merchant_notes: Annotated[str, msgspec.Meta(max_length=500, pattern=NO_NUL)]


class SentProduct(msgspec.Struct):
    product_id: WireId
    sku_id: WireId
    product_cnt: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class SentParcel(msgspec.Struct):
    """Types 2 and 4 are deprecated names of 1 (reference section 4.3); 3 is of virtual goods."""

    delivery_id: Annotated[str, msgspec.Meta(max_length=40)]
    product_infos: Annotated[list[SentProduct], msgspec.Meta(min_length=1, max_length=1_200)]
    waybill_id: str = ""
    deliver_type: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1


class DeliverySend(msgspec.Struct):
    order_id: WireId
    delivery_list: Annotated[list[SentParcel], msgspec.Meta(min_length=1, max_length=50)]

    def draft(self, shop_id: int) -> ShipDraft:
        """The parcels, as the shop's."""
        return ShipDraft(
            shop_id,
            self.order_id,
            tuple(
                ShipParcel(
                    one.delivery_id,
                    one.waybill_id,
                    tuple(
                        ShipItem(item.product_id, item.sku_id, item.product_cnt)
                        for item in one.product_infos
                    ),
                    one.deliver_type,
                )
                for one in self.delivery_list
            ),
        )
