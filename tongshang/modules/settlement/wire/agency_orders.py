"""Commission orders as programs of agencies read them, and clues (reference section 7.3)."""

from typing import Annotated

import msgspec

from tongshang.modules.identity.api import Party, PartyKind
from tongshang.modules.league.api import Hand
from tongshang.modules.settlement.domain.seeing import Seen
from tongshang.modules.settlement.domain.values import SharePart
from tongshang.modules.settlement.wire.orders import CHANNEL, BuyerInfo, PageSize, TimeRange
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import Id, seconds

_Text = Annotated[str, msgspec.Meta(max_length=128, pattern=r"^[^\x00]*$")]


class AgencyListQuery(msgspec.Struct):
    appid: _Text = ""
    sharer_appid: _Text = ""
    finder_id: _Text = ""
    openfinderid: _Text = ""
    create_time_range: TimeRange | None = None
    update_time_range: TimeRange | None = None
    order_id: Id | None = None
    page_size: PageSize = 10
    next_key: str = ""


class ClueListQuery(msgspec.Struct):
    appid: _Text = ""
    sharer_appid: _Text = ""
    create_time_range: TimeRange | None = None
    page_size: PageSize = 10
    next_key: str = ""


class AgencyOrder(msgspec.Struct):
    order_id: str
    sku_id: str


class AgencyListReply(WireReply, kw_only=True):
    list: list[AgencyOrder]
    has_more: bool
    next_key: str


class AgencyQuery(msgspec.Struct):
    order_id: Id
    sku_id: Id


class ShopInfo(msgspec.Struct):
    appid: str
    shop_name: str


class ProductInfo(msgspec.Struct):
    product_id: str
    thumb_img: str
    title: str
    actual_payment: int

    @classmethod
    def of(cls, seen: Seen) -> "ProductInfo":
        """What was sold, and what its commission is counted on."""
        line = seen.line
        return cls(str(line.product_id), line.thumb_url, line.title, seen.commission.paid_fen)


class OrderInfo(msgspec.Struct):
    order_status: int
    pay_time: int
    create_time: int
    update_time: int


class FinderInfo(msgspec.Struct):
    nickname: str = ""
    head_img_url: str = ""
    openfinderid: str = ""
    ratio: int = 0
    amount: int = 0


class TalentInfo(msgspec.Struct):
    talent_appid: str
    nickname: str
    head_img_url: str
    opentalentid: str
    amount: int
    ratio: int


class SharerInfo(msgspec.Struct):
    sharer_appid: str
    nickname: str
    head_img_url: str
    opensharerid: str
    amount: int
    ratio: int


class AgencyInfo(msgspec.Struct):
    appid: str
    nickname: str
    head_img_url: str
    profit_sharding_suc_time: int
    amount: int
    ratio: int


class FinderName(msgspec.Struct):
    finder_id: str
    nickname: str
    openfinderid: str


class TalentName(msgspec.Struct):
    talent_appid: str
    nickname: str
    opentalentid: str


class PromotionInfo(msgspec.Struct):
    """Who showed it, by both names that one promoter has, as calls about windows take them."""

    channel_type: int
    finder_info: FinderName
    talent_info: TalentName

    @classmethod
    def of(cls, carrier: Party) -> "PromotionInfo":
        """Whose card it was."""
        return cls(
            CHANNEL,
            FinderName(str(carrier.party_id), carrier.name, str(carrier.party_id)),
            TalentName(carrier.appid, carrier.name, carrier.appid),
        )


class CommissionInfo(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What came to the agency and went on: `service_amount` is what stays with it."""

    finder_info: FinderInfo
    service_ratio: int
    service_amount: int
    profit_sharding_suc_time: int
    promotion_channel: int
    sharer_info: SharerInfo | None = None
    talent_info: TalentInfo | None = None
    promotion_info: PromotionInfo | None = None
    sub_agency_info: AgencyInfo | None = None
    promoter_agency_info: AgencyInfo | None = None

    @classmethod
    def of(cls, seen: Seen) -> "CommissionInfo":
        """Only the agency's own links of the chain (reference section 7.1)."""
        shared_at = seconds(seen.commission.settled_at)
        finder = seen.paid.get(Hand.PROMOTER)
        return cls(
            finder_info=_finder(finder, _party(seen, finder)) if finder else FinderInfo(),
            service_ratio=seen.own_ppm,
            service_amount=seen.mine.net_fen,
            profit_sharding_suc_time=shared_at,
            promotion_channel=CHANNEL,
            sharer_info=_sharer(seen, seen.paid.get(Hand.SHARER)),
            talent_info=_talent(seen, finder),
            promotion_info=_promotion(seen.parties.get(seen.commission.carrier_id)),
            sub_agency_info=_agency(seen, seen.paid.get(Hand.RESELLER), shared_at),
            promoter_agency_info=_agency(seen, seen.paid.get(Hand.SHARER_AGENCY), shared_at),
        )


def _party(seen: Seen, part: SharePart) -> Party:
    return seen.parties[part.party_id]


def _promotion(carrier: Party | None) -> PromotionInfo | None:
    """Nobody's account showed what a sharer's own link sold."""
    if carrier is None or carrier.kind is not PartyKind.PROMOTER:
        return None
    return PromotionInfo.of(carrier)


def _finder(part: SharePart, who: Party) -> FinderInfo:
    return FinderInfo(who.name, who.icon_url, str(who.party_id), part.ratio_ppm, part.gross_fen)


def _talent(seen: Seen, part: SharePart | None) -> TalentInfo | None:
    if part is None:
        return None
    who = _party(seen, part)
    return TalentInfo(who.appid, who.name, who.icon_url, who.appid, part.gross_fen, part.ratio_ppm)


def _sharer(seen: Seen, part: SharePart | None) -> SharerInfo | None:
    if part is None:
        return None
    who = _party(seen, part)
    return SharerInfo(
        who.appid, who.name, who.icon_url, who.username, part.gross_fen, part.ratio_ppm
    )


def _agency(seen: Seen, part: SharePart | None, shared_at: int) -> AgencyInfo | None:
    if part is None:
        return None
    who = _party(seen, part)
    return AgencyInfo(who.appid, who.name, who.icon_url, shared_at, part.gross_fen, part.ratio_ppm)


class OrderDetail(msgspec.Struct):
    shop_info: ShopInfo
    product_info: ProductInfo
    order_info: OrderInfo
    commission_info: CommissionInfo
    buyer_info: BuyerInfo


class CommissionOrder(msgspec.Struct):
    order_id: str
    sku_id: str
    status: int
    create_time: int
    update_time: int
    order_detail: OrderDetail


class AgencyReply(WireReply, kw_only=True):
    commssion_order: CommissionOrder

    @classmethod
    def of(cls, seen: Seen) -> "AgencyReply":
        """A line that the agency has a part in."""
        one, order = seen.commission, seen.order
        detail = OrderDetail(
            _shop(seen),
            ProductInfo.of(seen),
            OrderInfo(
                order.state.value,
                seconds(one.paid_at),
                seconds(order.placed_at),
                seconds(order.updated_at),
            ),
            CommissionInfo.of(seen),
            BuyerInfo.of(seen),
        )
        return cls(
            commssion_order=CommissionOrder(
                str(one.order_id),
                str(one.sku_id),
                one.state.value,
                seconds(one.paid_at),
                seconds(one.updated_at),
                detail,
            )
        )


def _shop(seen: Seen) -> ShopInfo:
    shop = seen.parties.get(seen.commission.shop_id)
    return ShopInfo(shop.appid if shop else "", shop.name if shop else "")


# --- clues -------------------------------------------------------------------------------------


class ClueOrder(msgspec.Struct):
    status: int


class ClueSharer(msgspec.Struct):
    sharer_appid: str = ""
    nickname: str = ""
    opensharerid: str = ""


class ClueShop(msgspec.Struct):
    appid: str


class ClueDetail(msgspec.Struct):
    shop_info: ClueShop
    product_info: ProductInfo
    order_info: ClueOrder
    sharer_info: ClueSharer
    buyer_info: BuyerInfo


class Clue(msgspec.Struct):
    order_id: str
    sku_id: str
    status: int
    clue_detail: ClueDetail
    create_time: int
    update_time: int


class ClueReply(WireReply, kw_only=True):
    commssion_clue: Clue

    @classmethod
    def of(cls, seen: Seen) -> "ClueReply":
        """Whose work a sale was, without what anybody earns by it."""
        one = seen.commission
        sharer = seen.paid.get(Hand.SHARER)
        who = _party(seen, sharer) if sharer else None
        detail = ClueDetail(
            ClueShop(_shop(seen).appid),
            ProductInfo.of(seen),
            ClueOrder(seen.order.state.value),
            ClueSharer(who.appid, who.name, who.username) if who else ClueSharer(),
            BuyerInfo.of(seen),
        )
        return cls(
            commssion_clue=Clue(
                str(one.order_id),
                str(one.sku_id),
                one.state.value,
                detail,
                seconds(one.paid_at),
                seconds(one.updated_at),
            )
        )
