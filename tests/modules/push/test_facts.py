"""Facts as the platform's events: compared with the samples of the contract, once each."""

import json
from datetime import UTC, datetime

import pytest

from tests.modules.push.receiver import KEY, TOKEN, receiving
from tests.platform import calling, finish_work
from tongshang.app import Opened
from tongshang.modules.aftersale.events import AftersaleMoved
from tongshang.modules.catalog.events import ProductAudited, ProductChanged, ProductListed
from tongshang.modules.funds.events import BankAccountChanged, CodeMoved, WithdrawalMoved
from tongshang.modules.gifting.events import PresentAftersaleMoved
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import BuyerDraft, PartyDraft, PartyKind
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
from tongshang.modules.push import api
from tongshang.modules.push.api import TargetDraft
from tongshang.modules.push.jobs.facts import SAYS
from tongshang.modules.settlement.events import OrderSettled

ORDER = 3705115058471208928
AT = datetime(2022, 7, 22, 17, 0, tzinfo=UTC)
SECONDS = 1658509200

CASES = [
    (OrderPlaced(1, ORDER, 7, AT), "channels_ec_order_new", {"order_id": ORDER}),
    (
        OrderPaid(1, ORDER, 7, 100, AT, AT),
        "channels_ec_order_pay",
        {"order_id": str(ORDER), "pay_time": str(SECONDS)},
    ),
    (
        GiftAccepted(1, ORDER, 7, AT),
        "channels_ec_order_wait_shipping",
        {"order_id": str(ORDER)},
    ),
    (
        PresentAftersaleMoved(1, 2000, 4200, 7, "PLATFORM_REFUNDING", AT),
        "channels_ec_present_aftersale_update",
        {"status": "PLATFORM_REFUNDING", "after_sale_order_id": "2000", "order_id": "4200"},
    ),
    (
        OrderShipped(1, ORDER, True, AT),
        "channels_ec_order_deliver",
        {"order_id": ORDER, "finish_delivery": 1},
    ),
    (
        OrderReceived(1, ORDER, 2, AT),
        "channels_ec_order_confirm",
        {"order_id": ORDER, "confirm_type": 2},
    ),
    (
        OrderClosed(1, ORDER, 1, AT),
        "channels_ec_order_cancel",
        {"order_id": str(ORDER), "cancel_type": "1"},
    ),
    (
        OrderSettled(1, ORDER, AT),
        "channels_ec_order_settle",
        {"order_id": ORDER, "settle_time": SECONDS},
    ),
    (
        OrderInfoChanged(1, ORDER, 12, AT),
        "channels_ec_order_ext_info_update",
        {"order_id": ORDER, "type": 12},
    ),
    (
        AftersaleMoved(1, 2000, ORDER, 7, "PLATFORM_REFUNDING", AT),
        "channels_ec_aftersale_update",
        {"status": "PLATFORM_REFUNDING", "after_sale_order_id": "2000", "order_id": str(ORDER)},
    ),
    (
        ProductAudited(1, 11, True, "", 14),
        "product_spu_audit",
        {"product_id": "11", "status": 3, "reason": ""},
    ),
    (
        ProductListed(1, 11, "mine", 5, ""),
        "product_spu_listing",
        {"product_id": "11", "out_product_id": "mine", "status": 5, "reason": ""},
    ),
    (ProductChanged(1, 11, 5), "product_spu_update", {"product_id": "11", "status": 5}),
    (BankAccountChanged(1, AT), "channels_ec_acct_notify", {"event": 1}),
    (
        WithdrawalMoved(1, 2800, 3, AT),
        "channels_ec_withdraw_notify",
        {"event": 3, "withdraw_id": "2800"},
    ),
    (
        CodeMoved(1, "T1", 2, 1, AT),
        "qrcode_status",
        {"ticket": "T1", "status": 2, "scan_user_type": 1},
    ),
    (
        SharerMoved(2, 3, "wxsharer", 7, "oX", 1, AT),
        "promoter_bind_result",
        {
            "bind_status": 1,
            "sharer_appid": "wxsharer",
            "sharer_openid": "oX",
            "sharer_unionid": "oX",
        },
    ),
    (
        AgencyItemChanged(2, 1, "wxshop", 11, 2, ("status",), AT),
        "head_supplier_item_update",
        {
            "event_type": 2,
            "appid": "wxshop",
            "product_id": "11",
            "version": str(SECONDS * 1000),
            "update_fields": ["status"],
        },
    ),
    (
        ShopSharerMoved(1, 7, "oX", 1, 2, AT),
        "channels_ec_sharer_change",
        {"openid": "oX", "sharer_type": 1, "bind_status": 2},
    ),
]


@pytest.mark.parametrize(("fact", "event", "fields"), CASES, ids=lambda case: str(case)[:40])
def test_a_fact_is_told_as_the_samples_have_it(
    fact: object, event: str, fields: dict[str, object]
) -> None:
    message = SAYS[type(fact)](fact)[0]
    assert (message.event, message.fields) == (event, fields)


def test_every_kind_of_fact_was_compared() -> None:
    assert {type(fact) for fact, _, _ in CASES} == set(SAYS)


def test_a_rejected_product_says_why_in_the_platforms_form() -> None:
    (message,) = SAYS[ProductAudited](ProductAudited(1, 11, False, "敏感词", 14))
    info = json.loads(str(message.fields["audit_info"]))
    (item,) = info["busi_audit_info"]["item_list"]
    assert item["multi_failed_reasons"] == [{"audit_reason": "敏感词"}]
    assert message.fields["status"] == 2


async def test_a_fact_told_in_a_transaction_arrives_once_and_a_lost_one_never(
    opened: Opened,
) -> None:
    async with receiving() as receiver:
        async with calling(opened) as call:
            shops = await identity.add_parties(
                call, [PartyDraft(PartyKind.SHOP, name) for name in ("山间", "海边")]
            )
            (buyer_id,) = await identity.add_buyers(call, [BuyerDraft("小满")])
            buyer = await identity.get_buyer(call.tx, buyer_id)
            shop = await identity.get_party(call.tx, shops[0])
            await api.set_targets(call, [TargetDraft(shops[0], receiver.url, TOKEN, KEY)])
            await call.tell(
                OrderPlaced(shops[0], ORDER, buyer_id, AT),
                OrderPaid(shops[0], ORDER, buyer_id, 100, AT, AT),
                OrderPlaced(shops[1], ORDER + 1, buyer_id, AT),
                ProductChanged(shops[0], 11, 5),
            )
        with pytest.raises(ZeroDivisionError):
            await _tell_and_fail(opened, OrderPlaced(shops[0], ORDER + 2, buyer_id, AT))
        await finish_work(opened)
        await finish_work(opened)
    got = sorted(receiver.got, key=lambda got: int(got.headers["tongshang-push-seq"]))
    assert [one.plain["Event"] for one in got] == [
        "channels_ec_order_new",
        "channels_ec_order_pay",
        "channels_ec_order_wait_shipping",
        "product_spu_update",
    ]
    assert got[0].plain == {
        "ToUserName": shop.username,
        "FromUserName": buyer.openid,
        "CreateTime": SECONDS,
        "MsgType": "event",
        "Event": "channels_ec_order_new",
        "order_info": {"order_id": ORDER},
    }
    counts = "select shop_id, count(*), max(seq), min(state) from pushes group by 1 order by 1"
    rows = [tuple(row) for row in await opened.house.pool.fetch(counts)]
    assert rows == [(shops[0], 4, 4, 2), (shops[1], 1, 1, 4)]


async def _tell_and_fail(opened: Opened, fact: OrderPlaced) -> None:
    async with calling(opened) as call:
        await call.tell(fact)
        raise ZeroDivisionError
