"""Freight, masks and address books, decided without a database."""

import pytest

from tongshang.kernel.refusal import InvalidField
from tongshang.modules.delivery.domain import (
    ADDRESSES_MAX,
    Address,
    AddressDraft,
    Area,
    Book,
    Charge,
    FreightRule,
    Shipping,
    Valuation,
    Waiver,
    check_rule,
    checked,
    enter,
    freight_fen,
    mask_name,
    mask_phone,
    masked,
)
from tongshang.modules.delivery.refusals import AddressBookFull, DestinationNotServed

ZHANG = Address("张三", "13800000001", "广东省", "广州市", "海珠区", "新港中路397号", "510000")
TIBETAN = Address("卓玛", "13900000002", "西藏", "拉萨市", "城关区", "北京中路1号")

ELSEWHERE = Charge((), is_default=True, first=2, first_fen=800, second=3, second_fen=500)
TIBET = Charge((Area("西藏自治区"),), is_default=False, first=1, first_fen=3000, second=1, second_fen=0)  # fmt: skip
CHARGED = FreightRule(Shipping.NO_FREE, charges=(ELSEWHERE, TIBET))


@pytest.mark.parametrize(
    ("pieces", "fen"), [(0, 0), (1, 800), (2, 800), (3, 1300), (5, 1300), (6, 1800), (8, 1800)]
)
def test_the_first_pieces_have_a_price_and_each_further_part_begun(pieces: int, fen: int) -> None:
    assert freight_fen(CHARGED, pieces, 0, 10_000, ZHANG) == fen
    assert freight_fen(CHARGED, pieces, 0, 10_000) == fen


def test_a_place_with_a_price_of_its_own_pays_that_however_its_province_is_written() -> None:
    assert freight_fen(CHARGED, 4, 0, 10_000, TIBETAN) == 3000


def test_weight_counts_where_the_template_says_so() -> None:
    by_weight = FreightRule(Shipping.NO_FREE, Valuation.WEIGHT, (ELSEWHERE,))
    assert freight_fen(by_weight, 1, 6, 0, ZHANG) == 1800


@pytest.mark.parametrize(
    ("waiver", "pieces", "goods_fen", "fen"),
    [
        (Waiver((), units_min=3), 2, 0, 800),
        (Waiver((), units_min=3), 3, 0, 0),
        (Waiver((), goods_fen_min=9900), 1, 9899, 800),
        (Waiver((), goods_fen_min=9900), 1, 9900, 0),
        (Waiver((), units_min=2, goods_fen_min=9900), 1, 9900, 800),
        (Waiver((Area("广东"),), units_min=1), 1, 0, 0),
        (Waiver((Area("广东", "深圳市"),), units_min=1), 1, 0, 800),
    ],
)
def test_the_way_is_free_where_all_conditions_hold(
    waiver: Waiver, pieces: int, goods_fen: int, fen: int
) -> None:
    rule = FreightRule(Shipping.CONDITION_FREE, charges=(ELSEWHERE,), waivers=(waiver,))
    assert freight_fen(rule, pieces, 0, goods_fen, ZHANG) == fen


def test_a_place_not_sent_to_is_refused_even_where_the_way_is_free() -> None:
    rule = FreightRule(Shipping.FREE, not_sent=(Area("西藏"),))
    assert freight_fen(rule, 1, 0, 0, ZHANG) == 0
    with pytest.raises(DestinationNotServed):
        freight_fen(rule, 1, 0, 0, TIBETAN)


@pytest.mark.parametrize(
    "rule",
    [
        FreightRule(Shipping.NO_FREE),
        FreightRule(Shipping.NO_FREE, charges=(ELSEWHERE, ELSEWHERE)),
        FreightRule(Shipping.NO_FREE, charges=(Charge((), True, 0, 1, 1, 1),)),
        FreightRule(Shipping.NO_FREE, charges=(Charge((), True, 1, 1, 0, 1),)),
        FreightRule(Shipping.NO_FREE, charges=(Charge((), True, 1, -1, 1, 1),)),
        FreightRule(Shipping.NO_FREE, charges=(ELSEWHERE, Charge((), False, 1, 1, 1, 1))),
        FreightRule(Shipping.CONDITION_FREE, charges=(ELSEWHERE,)),
        FreightRule(Shipping.CONDITION_FREE, charges=(ELSEWHERE,), waivers=(Waiver(()),)),
        FreightRule(Shipping.FREE, not_sent=(Area(""),)),
    ],
)
def test_a_rule_that_leaves_a_price_open_is_refused(rule: FreightRule) -> None:
    with pytest.raises(InvalidField):
        check_rule(rule)


@pytest.mark.parametrize(
    ("name", "shown"), [("张三", "张*"), ("欧阳娜娜", "欧***"), ("李", "*"), ("", "")]
)
def test_a_name_shows_its_first_character(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13800000001", "138****0001"), ("020-84112288", "020*****2288"), ("12345", "*****")],
)
def test_a_number_shows_its_ends(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_a_shop_sees_the_place_and_not_the_person() -> None:
    shown = masked(ZHANG)
    assert (shown.name, shown.phone, shown.detail) == ("张*", "138****0001", "******")
    assert (shown.province, shown.city, shown.county) == ("广东省", "广州市", "海珠区")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "张" * 21),
        ("name", "张\x00三"),
        ("phone", "23800000001"),
        ("phone", "1380000000"),
        ("phone", "１３８０００００００１"),
        ("province", ""),
        ("detail", "路\n1"),
        ("postcode", "5100"),
    ],
)
def test_an_address_that_no_carrier_could_use_is_refused(field: str, value: str) -> None:
    parts = {"name": "张三", "phone": "13800000001", "province": "广东省", "city": "广州市",
             "county": "", "detail": "新港中路", "postcode": ""}  # fmt: skip
    assert checked(Address(**parts)) == Address(**parts)
    with pytest.raises(InvalidField) as refused:
        checked(Address(**{**parts, field: value}))
    assert refused.value.details["field"] == field


def test_each_book_has_one_default_and_twenty_places() -> None:
    drafts = [AddressDraft(buyer, ZHANG, wants) for buyer, wants in
              ((1, False), (1, False), (2, False), (1, True), (2, True), (3, False))]  # fmt: skip
    entered = enter({3: Book(4, has_default=True)}, drafts)
    assert [draft.is_default for draft in entered] == [False, False, False, True, True, False]
    with pytest.raises(AddressBookFull):
        enter({1: Book(ADDRESSES_MAX - 1, has_default=True)}, drafts[:2])
