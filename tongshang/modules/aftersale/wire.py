"""Requests and answers of aftersale (contract family aftersale, and our own under /v1/buyer)."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeAlias

import msgspec

from tongshang.modules.aftersale import refusals
from tongshang.modules.aftersale.domain import (
    LIST_SPAN_MAX,
    REASONS,
    REFUSAL_SCENE,
    REJECT_REASONS,
    TEXT_MAX,
    Aftersale,
    AftersaleDraft,
    Reason,
)
from tongshang.modules.aftersale.machine import AFTERSALE
from tongshang.modules.catalog.api import Offer
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import Id, Seconds, number, seconds

Fen: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


def clean(field: str, text: str) -> str:
    """A text without control characters, and not too long; refuses others."""
    if len(text) > TEXT_MAX or any(ord(sign) < 32 and sign != "\n" for sign in text):
        raise refusals.BadCharacters(field=field, limit=TEXT_MAX)
    return text.strip()


# --- shops -------------------------------------------------------------------------------------


class CaseRef(msgspec.Struct):
    after_sale_order_id: Id


class AcceptRequest(msgspec.Struct):
    after_sale_order_id: Id
    address_id: int | str = ""
    accept_type: Annotated[int, msgspec.Meta(ge=0, le=2)] = 0


class RejectRequest(msgspec.Struct):
    after_sale_order_id: Id
    reject_reason: str = ""
    reject_reason_type: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0

    def chosen(self) -> tuple[int, str]:
        """The kind of refusal and what the buyer reads; one of both has to be said."""
        known = {one.type: one for one in REJECT_REASONS}
        sentence = clean("reject_reason", self.reject_reason)
        if self.reject_reason_type and self.reject_reason_type not in known:
            raise refusals.BadQuery(rule="reject_reason_type is none of rejectreason/get")
        if not sentence and not self.reject_reason_type:
            raise refusals.BadQuery(rule="reject_reason or reject_reason_type is missing")
        kind = self.reject_reason_type
        return kind, sentence or known[kind].sentence


class CaseQuery(msgspec.Struct):
    begin_create_time: Seconds | None = None
    end_create_time: Seconds | None = None
    begin_update_time: Seconds | None = None
    end_update_time: Seconds | None = None
    next_key: str = ""

    @property
    def by_change(self) -> bool:
        """Whether the range is one of changes."""
        return self.begin_create_time is None and self.end_create_time is None

    def span(self) -> tuple[datetime, datetime]:
        """The range that is asked for, both ends included; refuses none, half, or too long."""
        begin, end = self.begin_create_time, self.end_create_time
        if self.by_change:
            begin, end = self.begin_update_time, self.end_update_time
        if begin is None or end is None:
            raise refusals.BadQuery(rule="a begin and an end of create_time or update_time")
        since, until = datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)
        if not timedelta(0) <= until - since <= LIST_SPAN_MAX:
            raise refusals.BadQuery(rule="the end is 0 to 24 hours after the begin")
        return since, until


class ProductInfo(msgspec.Struct):
    product_id: str
    sku_id: str
    sku_code: str
    count: int
    fast_refund: bool = False
    voucher_list: tuple[()] = ()
    gift_product_list: tuple[()] = ()


class Details(msgspec.Struct):
    desc: str
    receive_product: bool
    cancel_time: int
    media_id_list: tuple[str, ...] = ()
    tel_number: str = ""
    wxa_vip_discounted_price: int = 0


class RefundInfo(msgspec.Struct, omit_defaults=True):
    """Without a `refund_reason` until it is refunded."""

    amount: int
    refund_reason: int = 0


class ReturnInfo(msgspec.Struct):
    waybill_id: str = ""
    delivery_id: str = ""
    delivery_name: str = ""


class MerchantUploadInfo(msgspec.Struct):
    reject_reason: str
    refund_certificates: tuple[str, ...] = ()


class RefundResult(msgspec.Struct):
    ret: int
    code: str = ""
    message: str = ""


class WireCase(msgspec.Struct):
    after_sale_order_id: str
    order_id: str
    type: str
    sub_type: str
    status: str
    openid: str
    reason: str
    reason_text: str
    product_info: ProductInfo
    details: Details
    refund_info: RefundInfo
    return_info: ReturnInfo
    merchant_upload_info: MerchantUploadInfo
    refund_resp: RefundResult
    gen_scene: int
    deadline: int
    create_time: int
    update_time: int
    complete_time: int
    present_giver_openid: str | msgspec.UnsetType = msgspec.UNSET
    # An openid here is the same for every app: it is the union id as well.
    present_giver_unionid: str | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(cls, case: Aftersale, openid: str, giver_openid: str = "") -> "WireCase":
        """The case as its shop reads it; a gift's is its receiver's, the money its giver's."""
        failed = case.state.value in {"PLATFORM_REFUND_FAIL", "MERCHANT_REFUND_RETRY_FAIL"}
        return cls(
            after_sale_order_id=str(case.aftersale_id),
            order_id=str(case.order_id),
            type="REFUND",
            sub_type="DEFAULT",
            status=case.state.value,
            openid=openid,
            reason=case.reason.value,
            reason_text=case.reason_text,
            product_info=ProductInfo(
                str(case.product_id), str(case.sku_id), case.sku_code, case.count
            ),
            details=Details(case.reason_text, case.received, seconds(case.cancelled_at)),
            refund_info=RefundInfo(case.amount_fen, case.refund_reason or 0),
            return_info=ReturnInfo(),
            merchant_upload_info=MerchantUploadInfo(case.reject_reason),
            refund_resp=RefundResult(-1, "FAIL", "refund failed") if failed else RefundResult(0),
            gen_scene=0,
            deadline=seconds(case.deadline) if case.state is AFTERSALE.start else 0,
            create_time=seconds(case.created_at),
            update_time=seconds(case.updated_at),
            complete_time=seconds(case.completed_at),
            present_giver_openid=giver_openid if case.present_id else msgspec.UNSET,
            present_giver_unionid=giver_openid if case.present_id else msgspec.UNSET,
        )


class CaseReply(WireReply, kw_only=True):
    after_sale_order: WireCase


class CaseIdPage(WireReply, kw_only=True):
    after_sale_order_id_list: list[str]
    next_key: str
    has_more: bool


class ReasonView(msgspec.Struct):
    reason: str
    reason_text: str


class ReasonsReply(WireReply, kw_only=True):
    reason_list: list[ReasonView]

    @classmethod
    def known(cls) -> "ReasonsReply":
        """All reasons that a buyer may give."""
        return cls(reason_list=[ReasonView(one.value, text) for one, text in REASONS.items()])


class RejectReasonView(msgspec.Struct):
    reject_reason_type: int
    reject_reason_type_text: str
    reject_reason: str
    reject_scene: int


class RejectReasonsReply(WireReply, kw_only=True):
    """The list under both its names: clients read one or the other."""

    reason_list: list[RejectReasonView]
    reject_reason_list: list[RejectReasonView]

    @classmethod
    def known(cls) -> "RejectReasonsReply":
        """All ways to refuse."""
        views = [
            RejectReasonView(one.type, one.text, one.sentence, REFUSAL_SCENE)
            for one in REJECT_REASONS
        ]
        return cls(reason_list=views, reject_reason_list=views)


# --- a shop's first screen ---------------------------------------------------------------------

LOW_STOCK: Final = 5  # so few are left
LOW_LOOKED_AT: Final = 1_000  # of a shop's lowest stocks, on sale or not
TODAY_SHOWN: Final = 6


class WaitingCase(msgspec.Struct):
    """A refund that the shop is asked for: without an answer it is agreed to at the deadline."""

    aftersale_id: str
    order_id: str
    amount_fen: int
    reason: str
    reason_text: str
    deadline: int

    @classmethod
    def of(cls, case: Aftersale) -> "WaitingCase":
        """A case at a glance."""
        return cls(
            str(case.aftersale_id),
            str(case.order_id),
            case.amount_fen,
            case.reason.value,
            case.reason_text,
            seconds(case.deadline),
        )


class LowSku(msgspec.Struct):
    product_id: str
    sku_id: str
    title: str
    attrs: list[str]
    picture_url: str
    left: int

    @classmethod
    def of(cls, offer: Offer, left: int) -> "LowSku":
        """A SKU on sale, and how many are left."""
        values = [value for _, value in offer.attrs]
        ids = str(offer.product_id), str(offer.sku_id)
        return cls(*ids, offer.title, values, offer.thumb_url, left)


class Today(msgspec.Struct, kw_only=True):
    """How many orders and cases wait; the most pressing cases and the lowest stocks by name."""

    to_ship: int
    unpaid: int
    cases_count: int
    cases: list[WaitingCase]
    low_count: int
    low_stock: list[LowSku]


# --- buyers ------------------------------------------------------------------------------------


class Application(msgspec.Struct, forbid_unknown_fields=True):
    """`line`, or else `sku_id`, says of what; without `amount_fen` all that is possible."""

    order_id: Id
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    line: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 0
    sku_id: Id | None = None
    amount_fen: Fen = 0
    reason: Reason = Reason.OTHERS
    reason_text: str = ""
    received: bool = False

    def draft(self, buyer_id: int, shop_id: int) -> AftersaleDraft:
        """What the buyer asks of the shop."""
        if not self.line and self.sku_id is None:
            raise refusals.LineNotFound
        return AftersaleDraft(
            buyer_id=buyer_id,
            shop_id=shop_id,
            order_id=number(self.order_id),
            count=self.count,
            line=self.line,
            sku_id=number(self.sku_id or 0),
            amount_fen=self.amount_fen,
            reason=self.reason,
            reason_text=clean("reason_text", self.reason_text),
            received=self.received,
        )


class OwnCaseRef(msgspec.Struct, forbid_unknown_fields=True):
    aftersale_id: Id


class OwnCaseQuery(msgspec.Struct, forbid_unknown_fields=True):
    next_key: str = ""
    page_size: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20


class CaseView(msgspec.Struct):
    """A case as its buyer sees it; `open_moves` is what the buyer may do."""

    aftersale_id: str
    order_id: str
    shop_id: str
    line: int
    product_id: str
    sku_id: str
    count: int
    amount_fen: int
    status: str
    reason: str
    reason_text: str
    reject_reason: str
    refund_reason: int
    deadline: int
    created_at: int
    updated_at: int
    open_moves: list[str]
    is_price_hidden: bool = False

    @classmethod
    def of(cls, case: Aftersale) -> "CaseView":
        """The case as its buyer sees it; a gift's price may be hidden from its receiver."""
        return cls(
            str(case.aftersale_id),
            str(case.order_id),
            str(case.shop_id),
            case.line,
            str(case.product_id),
            str(case.sku_id),
            case.count,
            0 if case.is_price_hidden else case.amount_fen,
            case.state.value,
            case.reason.value,
            case.reason_text,
            case.reject_reason,
            case.refund_reason or 0,
            seconds(case.deadline),
            seconds(case.created_at),
            seconds(case.updated_at),
            [move.value for move in AFTERSALE.open_moves(case.state) if move.value == "cancel"],
            case.is_price_hidden,
        )


class CasePage(msgspec.Struct):
    aftersales: list[CaseView]
    next_key: str
    has_more: bool
