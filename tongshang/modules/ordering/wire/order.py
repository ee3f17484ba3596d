"""An order as the wire shows it (contract order.get, reference section 4.3)."""

import msgspec

from tongshang.runtime.rpc import WireReply


class Attr(msgspec.Struct):
    attr_key: str
    attr_value: str


class ChangeSkuInfo(msgspec.Struct, omit_defaults=True):
    """A request for another SKU: 3 waits, 4 agreed, 5 refused, 6 taken back, 7 not answered.

    Its ids are numbers, as the contract has them.
    """

    preshipment_change_sku_state: int
    old_sku_id: int
    new_sku_id: int
    ddl_time_stamp: int = 0


class ProductInfo(msgspec.Struct, kw_only=True, omit_defaults=True):
    product_id: str
    sku_id: str
    sku_cnt: int
    sku_code: str
    on_aftersale_sku_cnt: int
    finish_aftersale_sku_cnt: int
    title: str
    thumb_img: str
    product_unique_id: str
    market_price: int
    sale_price: int
    real_price: int
    estimate_price: int
    is_change_price: bool
    change_price: int = 0
    is_discounted: bool
    limited_discount_discounted_price: int = 0
    sku_attrs: list[Attr]
    change_sku_info: ChangeSkuInfo | None = None


class PayInfo(msgspec.Struct, kw_only=True, omit_defaults=True):
    prepay_id: str
    prepay_time: int
    transaction_id: str = ""
    pay_time: int = 0
    payment_method: int = 0


class PriceInfo(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Of the discounts there are limited ones; coupons and members' prices come later."""

    product_price: int
    order_price: int
    freight: int
    discounted_price: int
    is_discounted: bool
    original_order_price: int
    estimate_product_price: int
    change_down_price: int
    change_freight: int = 0
    is_change_freight: bool
    merchant_receieve_price: int
    merchant_discounted_price: int
    finder_discounted_price: int
    vip_discounted_price: int
    cash_coupon_discounted_price: int
    platform_activity_merchant_discounted_price: int
    bulkbuy_discounted_price: int
    limited_discount_discounted_price: int
    national_subsidy_discounted_price: int
    national_subsidy_merchant_discounted_price: int


class AddressInfo(msgspec.Struct):
    user_name: str
    postal_code: str
    province_name: str
    city_name: str
    county_name: str
    detail_info: str
    tel_number: str
    use_tel_number: int


class SentProductInfo(msgspec.Struct):
    product_id: str
    sku_id: str
    product_cnt: int


class DeliveryProduct(msgspec.Struct):
    waybill_id: str
    delivery_id: str
    delivery_name: str
    delivery_time: int
    deliver_type: int
    product_infos: list[SentProductInfo]


class DeliveryInfo(msgspec.Struct, kw_only=True, omit_defaults=True):
    address_info: AddressInfo
    delivery_product_info: list[DeliveryProduct]
    ship_done_time: int = 0
    deliver_method: int


class ExtInfo(msgspec.Struct, kw_only=True, omit_defaults=True):
    customer_notes: str
    merchant_notes: str
    confirm_receipt_time: int = 0
    finder_id: str = ""
    live_id: str = ""
    order_scene: int
    commission_handling_progress: int


class CommissionInfo(msgspec.Struct, kw_only=True, omit_defaults=True):
    sku_id: str
    nickname: str
    type: int
    status: int
    amount: int
    finder_id: str
    talent_id: str


class SourceInfo(msgspec.Struct, kw_only=True, omit_defaults=True):
    sku_id: str
    sale_channel: int
    account_type: int
    account_id: str
    account_nickname: str
    content_type: int
    content_id: str = ""


class SettleInfo(msgspec.Struct, kw_only=True, omit_defaults=True):
    predict_commission_fee: int
    commission_fee: int | None = None
    settle_time: int = 0


class GreetingCardInfo(msgspec.Struct):
    """A card that the shop writes by hand and puts into the parcel."""

    giver_name: str
    receiver_name: str
    greeting_message: str


class OrderDetail(msgspec.Struct, kw_only=True, omit_defaults=True):
    product_infos: list[ProductInfo]
    pay_info: PayInfo
    price_info: PriceInfo
    delivery_info: DeliveryInfo
    ext_info: ExtInfo
    commission_infos: list[CommissionInfo]
    settle_info: SettleInfo
    source_infos: list[SourceInfo]
    greeting_card_info: GreetingCardInfo | None = None


class AftersaleOrder(msgspec.Struct):
    aftersale_order_id: str
    status: int


class AftersaleDetail(msgspec.Struct):
    aftersale_order_list: list[AftersaleOrder]
    on_aftersale_order_cnt: int


class OrderPresentInfo(msgspec.Struct):
    """What makes an order a gift; its own openid is the receiver's, empty until somebody takes it."""

    present_send_type: int
    present_order_id_str: str
    present_note: str
    present_giver_openid: str
    is_b2c_free_present: bool
    present_giver_unionid: str = ""


class WireOrder(msgspec.Struct):
    order_id: str
    openid: str
    status: int
    create_time: int
    update_time: int
    is_present: bool
    is_flash_sale_order: bool
    order_detail: OrderDetail
    aftersale_detail: AftersaleDetail
    present_send_type: int | msgspec.UnsetType = msgspec.UNSET
    present_order_id_str: str | msgspec.UnsetType = msgspec.UNSET
    present_note: str | msgspec.UnsetType = msgspec.UNSET
    present_giver_openid: str | msgspec.UnsetType = msgspec.UNSET
    present_giver_unionid: str | msgspec.UnsetType = msgspec.UNSET
    order_present_info: OrderPresentInfo | msgspec.UnsetType = msgspec.UNSET


class OrderReply(WireReply, kw_only=True):
    order: WireOrder
