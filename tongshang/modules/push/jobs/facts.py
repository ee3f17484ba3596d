"""Facts of the rooms below as events of the wire (reference section 13.6).

The member of each event is built exactly as the contract's samples have it: some carry ids and
times as numbers, others as digits in a string, and receivers parse what they were written for.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from tongshang.modules.aftersale.events import AftersaleMoved
from tongshang.modules.catalog.events import ProductAudited, ProductChanged, ProductListed
from tongshang.modules.funds.events import BankAccountChanged, CodeMoved, WithdrawalMoved
from tongshang.modules.gifting.events import PresentAftersaleMoved
from tongshang.modules.league.events import AgencyItemChanged, SharerMoved
from tongshang.modules.ordering.events import (
    GiftAccepted,
    OrderClosed,
    OrderInfoChanged,
    OrderPaid,
    OrderPlaced,
    OrderReceived,
    OrderShipped,
)
from tongshang.modules.partners.events import ShopSharerMoved
from tongshang.modules.settlement.events import OrderSettled

Member: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Message:
    """One event: its name, the name of its member (none: bare fields), its fields, and when it was.

    `at` None: the fact does not say. `order_id` 0: no order, `buyer_id` 0: the fact names none.
    `is_from_nobody`: it has no FromUserName.
    """

    event: str
    member: str
    fields: Member
    at: datetime | None = None
    order_id: int = 0
    buyer_id: int = 0
    is_from_nobody: bool = False


def _order(event: str, fact: Any, at: datetime, **fields: object) -> Message:
    member: Member = {"order_id": fact.order_id, **fields}
    return Message(event, "order_info", member, at, fact.order_id, getattr(fact, "buyer_id", 0))


def _placed(fact: OrderPlaced) -> tuple[Message, ...]:
    return (_order("channels_ec_order_new", fact, fact.at),)


def _paid(fact: OrderPaid) -> tuple[Message, ...]:
    order_id, pay_time = str(fact.order_id), str(int(fact.paid_at.timestamp()))
    paid = _order("channels_ec_order_pay", fact, fact.paid_at, order_id=order_id, pay_time=pay_time)
    if fact.is_gift:  # nobody knows yet where it goes
        return (paid,)
    waits = _order("channels_ec_order_wait_shipping", fact, fact.paid_at, order_id=order_id)
    return (paid, waits)


def _accepted(fact: GiftAccepted) -> tuple[Message, ...]:
    order_id = str(fact.order_id)
    return (_order("channels_ec_order_wait_shipping", fact, fact.at, order_id=order_id),)


def _shipped(fact: OrderShipped) -> tuple[Message, ...]:
    finish = int(fact.finished)
    return (_order("channels_ec_order_deliver", fact, fact.at, finish_delivery=finish),)


def _received(fact: OrderReceived) -> tuple[Message, ...]:
    by = fact.confirm_type
    return (_order("channels_ec_order_confirm", fact, fact.at, confirm_type=by),)


def _closed(fact: OrderClosed) -> tuple[Message, ...]:
    order_id, by = str(fact.order_id), str(fact.cancel_type)
    return (_order("channels_ec_order_cancel", fact, fact.at, order_id=order_id, cancel_type=by),)


def _info_changed(fact: OrderInfoChanged) -> tuple[Message, ...]:
    return (_order("channels_ec_order_ext_info_update", fact, fact.at, type=fact.type),)


def _settled(fact: OrderSettled) -> tuple[Message, ...]:
    at = fact.settle_at
    return (_order("channels_ec_order_settle", fact, at, settle_time=int(at.timestamp())),)


def _aftersale(fact: AftersaleMoved) -> tuple[Message, ...]:
    fields: Member = {
        "status": fact.status,
        "after_sale_order_id": str(fact.aftersale_id),
        "order_id": str(fact.order_id),
    }
    event, member = "channels_ec_aftersale_update", "finder_shop_aftersale_status_update"
    return (Message(event, member, fields, fact.at, fact.order_id, fact.buyer_id),)


def _present_aftersale(fact: PresentAftersaleMoved) -> tuple[Message, ...]:
    """One case aggregates orders of a present, so its `order_id` is the present's."""
    fields: Member = {
        "status": fact.status,
        "after_sale_order_id": str(fact.aftersale_id),
        "order_id": str(fact.present_id),
    }
    event = "channels_ec_present_aftersale_update"
    member = "finder_shop_present_aftersale_status_update"
    return (Message(event, member, fields, fact.at, buyer_id=fact.giver_id),)


def _audited(fact: ProductAudited) -> tuple[Message, ...]:
    status = 3 if fact.passed else 2
    fields: Member = {
        "product_id": str(fact.product_id),
        "status": status,
        "reason": fact.reason,
    }
    if not fact.passed:
        reasons = {"multi_failed_reasons": [{"audit_reason": fact.reason}]}
        info = {"busi_audit_info": {"item_list": [reasons]}}
        fields["audit_info"] = json.dumps(info, ensure_ascii=False, separators=(",", ":"))
    return (Message("product_spu_audit", "ProductSpuAudit", fields),)


def _listed(fact: ProductListed) -> tuple[Message, ...]:
    fields: Member = {"product_id": str(fact.product_id)}
    if fact.out_product_id:
        fields["out_product_id"] = fact.out_product_id
    fields |= {"status": fact.status, "reason": fact.reason}
    return (Message("product_spu_listing", "ProductSpuListing", fields),)


def _changed(fact: ProductChanged) -> tuple[Message, ...]:
    fields: Member = {"product_id": str(fact.product_id), "status": fact.status}
    return (Message("product_spu_update", "ProductSpuUpdate", fields),)


def _account_changed(fact: BankAccountChanged) -> tuple[Message, ...]:
    fields: Member = {"event": 1}
    event = "channels_ec_acct_notify"
    return (Message(event, "account_info", fields, fact.at, is_from_nobody=True),)


def _withdrawal(fact: WithdrawalMoved) -> tuple[Message, ...]:
    fields: Member = {"event": fact.step, "withdraw_id": str(fact.withdrawal_id)}
    return (Message("channels_ec_withdraw_notify", "withdraw_info", fields, fact.at),)


def _code(fact: CodeMoved) -> tuple[Message, ...]:
    fields: Member = {
        "ticket": fact.ticket,
        "status": fact.status,
        "scan_user_type": fact.scan_user_type,
    }
    return (Message("qrcode_status", "qrcode_info", fields, fact.at),)


def _agency_item(fact: AgencyItemChanged) -> tuple[Message, ...]:
    """`version` rises with every change, so that a receiver can tell the later of two."""
    fields: Member = {
        "event_type": fact.kind,
        "appid": fact.shop_appid,
        "product_id": str(fact.product_id),
        "version": str(int(fact.at.timestamp() * 1000)),
        "update_fields": list(fact.fields),
    }
    return (Message("head_supplier_item_update", "item_info", fields, fact.at),)


def _sharer(fact: SharerMoved) -> tuple[Message, ...]:
    """An openid here is the same for every app: it is the union id as well."""
    fields: Member = {
        "bind_status": fact.bind_status,
        "sharer_appid": fact.sharer_appid,
        "sharer_openid": fact.openid,
        "sharer_unionid": fact.openid,
    }
    return (Message("promoter_bind_result", "", fields, fact.at, buyer_id=fact.buyer_id),)


def _shop_sharer(fact: ShopSharerMoved) -> tuple[Message, ...]:
    fields: Member = {
        "openid": fact.openid,
        "sharer_type": fact.sharer_type,
        "bind_status": fact.bind_status,
    }
    return (Message("channels_ec_sharer_change", "", fields, fact.at, buyer_id=fact.buyer_id),)


def whose(fact: Any) -> int:
    """In whose journal a fact is written: a shop's, or an agency's."""
    is_agency_s = isinstance(fact, AgencyItemChanged | SharerMoved)
    return int(fact.agency_id if is_agency_s else fact.shop_id)


SAYS: Final[Mapping[type, Callable[[Any], tuple[Message, ...]]]] = {
    ProductAudited:   _audited,
    ProductListed:    _listed,
    ProductChanged:   _changed,
    OrderPlaced:      _placed,
    OrderPaid:        _paid,
    GiftAccepted:     _accepted,
    OrderShipped:     _shipped,
    OrderReceived:    _received,
    OrderClosed:      _closed,
    OrderInfoChanged: _info_changed,
    AftersaleMoved:   _aftersale,
    OrderSettled:     _settled,
    PresentAftersaleMoved: _present_aftersale,
    AgencyItemChanged: _agency_item,
    BankAccountChanged: _account_changed,
    WithdrawalMoved:  _withdrawal,
    CodeMoved:        _code,
    SharerMoved:      _sharer,
    ShopSharerMoved:  _shop_sharer,
}  # fmt: skip
