"""From an order to what the wire shows of it."""

from collections.abc import Mapping, Sequence
from typing import Final

from tongshang.kernel.money import Fen, Ppm, share
from tongshang.modules.delivery.api import Address, Parcel, masked
from tongshang.modules.identity.api import Party, PartyKind
from tongshang.modules.league.api import THE_SHOP, Deal, Hand
from tongshang.modules.ordering.domain.order import Gift, Order, OrderAftersale, OrderLine
from tongshang.modules.ordering.domain.swapping import SkuChange
from tongshang.modules.ordering.wire import order as wire
from tongshang.modules.surfaces.api import Scene, source_of
from tongshang.runtime.wire import seconds

NO_DEALS: Final[Mapping[int, Deal]] = {}

_SELF_ARRANGED = 1
_WECHAT_PAY = 1
_UNSETTLED, _SETTLED = 1, 2
_BY_AGENCY = 101, 1000  # sale_channel and account_type (reference section 4.3)


def order_view(
    order: Order,
    openid: str,
    parties: Mapping[int, Party],
    parcels: Sequence[Parcel],
    aftersales: Sequence[OrderAftersale],
    giver_openid: str = "",
    change: SkuChange | None = None,
    deals: Mapping[int, Deal] = NO_DEALS,
) -> wire.WireOrder:
    """The whole order, personal data masked."""
    view = wire.WireOrder(
        order_id=str(order.order_id),
        openid=openid,
        status=order.state.value,
        create_time=seconds(order.placed_at),
        update_time=seconds(order.updated_at),
        is_present=order.gift is not None,
        is_flash_sale_order=False,
        order_detail=wire.OrderDetail(
            product_infos=[_product(order, line, change) for line in order.lines],
            pay_info=_pay(order),
            price_info=_price(order),
            delivery_info=_delivery(order, parcels),
            ext_info=_ext(order),
            commission_infos=[
                one
                for line in order.lines
                if line.commission_ppm
                for one in _commissions(line, parties, deals.get(line.deal_id))
            ],
            settle_info=_settlement(order),
            source_infos=[
                source for line in order.lines if (source := _source(line, parties)) is not None
            ],
            greeting_card_info=_greeting(order),
        ),
        aftersale_detail=wire.AftersaleDetail(
            [wire.AftersaleOrder(str(one.aftersale_id), one.status) for one in aftersales],
            sum(one.is_running for one in aftersales),
        ),
    )
    if order.gift is not None:
        _add_gift(view, order.gift, giver_openid)
    return view


def _add_gift(view: wire.WireOrder, gift: Gift, giver_openid: str) -> None:
    """A gift is told twice: beside the order, as it was first, and in a part of its own."""
    info = wire.OrderPresentInfo(
        gift.send_type,
        str(gift.present_id),
        gift.message,
        giver_openid,
        gift.is_free,
        # An openid here is the same for every app: it is the union id as well.
        giver_openid,
    )
    view.present_send_type = info.present_send_type
    view.present_order_id_str = info.present_order_id_str
    view.present_note = info.present_note
    view.present_giver_openid = info.present_giver_openid
    view.present_giver_unionid = info.present_giver_unionid
    view.order_present_info = info


def _greeting(order: Order) -> wire.GreetingCardInfo | None:
    gift = order.gift
    if gift is None or not gift.greeting:
        return None
    return wire.GreetingCardInfo(gift.giver_name, gift.receiver_name, gift.greeting)


def _change(line: OrderLine, change: SkuChange | None) -> wire.ChangeSkuInfo | None:
    if change is None or change.line != line.line:
        return None
    return wire.ChangeSkuInfo(
        change.state.value, change.old_sku_id, change.new_sku_id, seconds(change.deadline)
    )


def _product(order: Order, line: OrderLine, change: SkuChange | None) -> wire.ProductInfo:
    """Prices of a piece are of the listed goods; `change_price` and `real_price` of the line."""
    is_changed = line.paid_fen != line.goods_fen
    return wire.ProductInfo(
        product_id=str(line.product_id),
        sku_id=str(line.sku_id),
        sku_cnt=line.count,
        sku_code=line.sku_code,
        on_aftersale_sku_cnt=line.on_aftersale_count,
        finish_aftersale_sku_cnt=line.refunded_count,
        title=line.title,
        thumb_img=line.thumb_url,
        product_unique_id=f"{order.order_id}-{line.line}",
        market_price=line.market_price_fen,
        sale_price=line.sale_price_fen,
        real_price=line.paid_fen,
        estimate_price=line.goods_fen,
        is_change_price=is_changed,
        change_price=line.paid_fen if is_changed else 0,
        is_discounted=False,
        limited_discount_discounted_price=line.discount_fen,
        sku_attrs=[wire.Attr(*pair) for pair in line.attrs],
        change_sku_info=_change(line, change),
    )


def _pay(order: Order) -> wire.PayInfo:
    return wire.PayInfo(
        prepay_id=order.prepay_id or "",
        prepay_time=seconds(order.prepaid_at),
        transaction_id=order.transaction_id or "",
        pay_time=seconds(order.paid_at),
        payment_method=_WECHAT_PAY if order.paid_at else 0,
    )


def _price(order: Order) -> wire.PriceInfo:
    freight = order.charged_freight_fen
    is_freight_changed = freight != order.freight_fen
    original = order.goods_fen + order.freight_fen
    return wire.PriceInfo(
        product_price=order.goods_fen,
        order_price=order.order_fen,
        freight=order.freight_fen,
        discounted_price=0,
        is_discounted=False,
        original_order_price=original,
        estimate_product_price=order.goods_fen,
        change_down_price=order.change_down_fen,
        change_freight=freight if is_freight_changed else 0,
        is_change_freight=is_freight_changed,
        merchant_receieve_price=original - order.change_down_fen,
        merchant_discounted_price=0,
        finder_discounted_price=0,
        vip_discounted_price=0,
        cash_coupon_discounted_price=0,
        platform_activity_merchant_discounted_price=0,
        bulkbuy_discounted_price=0,
        limited_discount_discounted_price=sum(line.discount_fen for line in order.lines),
        national_subsidy_discounted_price=0,
        national_subsidy_merchant_discounted_price=0,
    )


def address_view(address: Address) -> wire.AddressInfo:
    """An address as it is handed in: masked by who shows it to a shop."""
    return wire.AddressInfo(
        user_name=address.name,
        postal_code=address.postcode,
        province_name=address.province,
        city_name=address.city,
        county_name=address.county,
        detail_info=address.detail,
        tel_number=address.phone,
        use_tel_number=0,
    )


def _delivery(order: Order, parcels: Sequence[Parcel]) -> wire.DeliveryInfo:
    return wire.DeliveryInfo(
        address_info=address_view(masked(order.address)),
        delivery_product_info=[parcel_view(order, parcel) for parcel in parcels],
        ship_done_time=seconds(order.shipped_at),
        deliver_method=0,
    )


def parcel_view(order: Order, parcel: Parcel) -> wire.DeliveryProduct:
    """A parcel, with what is in it."""
    lines = {line.line: line for line in order.lines}
    return wire.DeliveryProduct(
        waybill_id=parcel.waybill_id,
        delivery_id=parcel.delivery_id,
        delivery_name=parcel.delivery_name,
        delivery_time=seconds(parcel.sent_at),
        deliver_type=_SELF_ARRANGED,
        product_infos=[
            wire.SentProductInfo(str(lines[number].product_id), str(lines[number].sku_id), count)
            for number, count in parcel.lines
        ],
    )


def _ext(order: Order) -> wire.ExtInfo:
    """Whose the sale is was decided when it was placed: its handling is never under way."""
    promoter = next((line.promoter_id for line in order.lines if line.promoter_id), 0)
    room = next((line.content_id for line in order.lines if line.scene == Scene.LIVE_ROOM), 0)
    return wire.ExtInfo(
        customer_notes=order.notes,
        merchant_notes=order.merchant_notes,
        confirm_receipt_time=seconds(order.received_at),
        finder_id=str(promoter) if promoter else "",
        live_id=str(room) if room else "",
        order_scene=order.scene,
        commission_handling_progress=1,
    )


def _is_agency_s(carrier: Party | None) -> bool:
    """Whether an agency brought the sale, or one of its sharers."""
    return carrier is not None and carrier.kind in {PartyKind.AGENCY, PartyKind.SHARER}


def _commissions(
    line: OrderLine, parties: Mapping[int, Party], deal: Deal | None
) -> list[wire.CommissionInfo]:
    """Whom the shop pays for selling a line, each apart; what they pass on is not its business."""
    if deal is None:
        is_agency_s = _is_agency_s(parties.get(line.promoter_id))
        settled = line.settled_commission_fen
        amount = predicted_commission(line) if settled is None else settled
        return [_commission(line, parties, line.promoter_id, is_agency_s, amount)]
    service, whole = line.settled_service_fen or 0, line.settled_commission_fen
    infos = []
    for hop in deal.hops:
        if hop.payer == THE_SHOP:
            is_service = hop.hand is not Hand.PROMOTER
            amount = share(_kept(line), Ppm(hop.ratio_ppm))
            if whole is not None:
                amount = Fen(service if is_service else whole - service)
            infos.append(_commission(line, parties, hop.party_id, is_service, amount))
    return infos


def _commission(
    line: OrderLine, parties: Mapping[int, Party], seller_id: int, is_agency_s: bool, fen: int
) -> wire.CommissionInfo:
    """Until it is settled, what the seller would get of what was paid and not given back."""
    seller = parties.get(seller_id)
    return wire.CommissionInfo(
        sku_id=str(line.sku_id),
        nickname=seller.name if seller else "",
        type=int(is_agency_s),
        status=_UNSETTLED if line.settled_commission_fen is None else _SETTLED,
        amount=fen,
        finder_id=str(line.promoter_id),
        talent_id=str(line.promoter_id),
    )


def _kept(line: OrderLine) -> Fen:
    return Fen(max(0, line.paid_fen - line.refunded_fen))


def predicted_commission(line: OrderLine) -> int:
    """A promoter's share of the goods of a line; freight earns nobody a commission."""
    return share(_kept(line), Ppm(line.commission_ppm))


def predicted_fee(line: OrderLine) -> int:
    """The platform's share of a line with its freight (reference section 7.6)."""
    kept = line.paid_fen + line.freight_fen - line.refunded_fen
    return share(Fen(kept), Ppm(line.fee_ppm))


def _settlement(order: Order) -> wire.SettleInfo:
    fees = [line.settled_fee_fen for line in order.lines if line.settled_fee_fen is not None]
    return wire.SettleInfo(
        predict_commission_fee=sum(predicted_fee(line) for line in order.lines),
        commission_fee=sum(fees) if order.settled_at else None,
        settle_time=seconds(order.settled_at),
    )


def _source(line: OrderLine, parties: Mapping[int, Party]) -> wire.SourceInfo | None:
    source = source_of(line)
    if source is None:
        return None
    account = parties.get(source.account_id)
    kind = int(source.sale_channel), int(source.account_type)
    channel, account_type = _BY_AGENCY if _is_agency_s(account) else kind
    return wire.SourceInfo(
        sku_id=str(line.sku_id),
        sale_channel=channel,
        account_type=account_type,
        account_id=str(source.account_id),
        account_nickname=account.name if account else "",
        content_type=0,
        content_id=str(source.content_id) if source.content_id else "",
    )
