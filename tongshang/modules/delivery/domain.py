"""What delivery decides: who may be sent to, at what price, and what of a person is shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from tongshang.kernel.money import Fen
from tongshang.kernel.refusal import InvalidField
from tongshang.modules.delivery.refusals import (
    AddressBookFull,
    CompanyUnknown,
    DestinationNotServed,
    WaybillMalformed,
    WeightNotKnown,
)

ADDRESSES_MAX: Final = 20
TEMPLATES_MAX: Final = 200
AREAS_MAX: Final = 500
BANDS_MAX: Final = 50
FREIGHT_FEN_MAX: Final = 1_000_000
_NAME_MAX: Final = 20
_TEMPLATE_NAME_MAX: Final = 100
_PLACE_MAX: Final = 30
_DETAIL_MAX: Final = 200

# Mobile numbers begin with 13 to 19; with 10 they reach nobody, and samples and demos use those.
_MOBILE_OR_LANDLINE: Final = re.compile(r"1[03-9]\d{9}|0\d{2,3}-?\d{7,8}", re.ASCII)
_POSTCODE: Final = re.compile(r"(\d{6})?", re.ASCII)
_WAYBILL: Final = re.compile(r"[A-Za-z0-9-]{1,40}")
# 广东 and 广东省 are one place, 宁夏 and 宁夏回族自治区 another: clients write both.
_PROVINCE_ENDINGS: Final = re.compile("(省|市|(壮族|回族|维吾尔)?自治区|特别行政区)$")


# --- addresses ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person receives; personal data, shown masked to shops."""

    name: str
    phone: str
    province: str
    city: str
    county: str
    detail: str
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class AddressDraft:
    """An address to be kept for a buyer."""

    buyer_id: int
    address: Address
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class KeptAddress:
    """An address in a buyer's book."""

    address_id: int
    address: Address
    is_default: bool


def checked(address: Address) -> Address:
    """The address without outer blanks, if goods can be sent there."""
    address = Address(
        address.name.strip(),
        address.phone.strip(),
        address.province.strip(),
        address.city.strip(),
        address.county.strip(),
        address.detail.strip(),
        address.postcode.strip(),
    )
    check_text("name", address.name, 1, _NAME_MAX)
    check_text("province", address.province, 1, _PLACE_MAX)
    check_text("city", address.city, 1, _PLACE_MAX)
    check_text("county", address.county, 0, _PLACE_MAX)
    check_text("detail", address.detail, 1, _DETAIL_MAX)
    if not _MOBILE_OR_LANDLINE.fullmatch(address.phone):
        raise InvalidField(field="phone", rule="a mobile number of 11 digits, or a landline")
    if not _POSTCODE.fullmatch(address.postcode):
        raise InvalidField(field="postcode", rule="6 digits")
    return address


def check_text(field: str, text: str, least: int, most: int) -> None:
    """Refuse a text that is too short, too long, or not for people to read."""
    if not least <= len(text) <= most or any(not (c.isprintable()) for c in text):
        raise InvalidField(field=field, rule=f"{least} to {most} printable characters")


@dataclass(frozen=True, slots=True)
class Book:
    """What counts of a buyer's book when addresses are added to it."""

    size: int = 0
    has_default: bool = False


def enter(books: dict[int, Book], drafts: Sequence[AddressDraft]) -> list[AddressDraft]:
    """The drafts as they are to be kept, one after the other: every book has one default.

    The first address of a book is its default; a later one that asks for it takes over.
    """
    books = dict(books)
    last_default: dict[int, int] = {}
    entered: list[AddressDraft] = []
    for place, draft in enumerate(drafts):
        book = books.get(draft.buyer_id, Book())
        if book.size >= ADDRESSES_MAX:
            raise AddressBookFull(limit=ADDRESSES_MAX)
        is_default = draft.is_default or not book.has_default
        if is_default and draft.buyer_id in last_default:
            earlier = last_default[draft.buyer_id]
            entered[earlier] = replace(entered[earlier], is_default=False)
        if is_default:
            last_default[draft.buyer_id] = place
        entered.append(AddressDraft(draft.buyer_id, checked(draft.address), is_default))
        books[draft.buyer_id] = Book(book.size + 1, has_default=True)
    return entered


def mask_name(name: str) -> str:
    """A name as shops see it: 张三 as 张*, 欧阳娜娜 as 欧***."""
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def mask_phone(phone: str) -> str:
    """A number as shops see it: 138****0001."""
    if len(phone) < 8:
        return "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]


def mask_detail(detail: str) -> str:
    """A street and a door as shops see them: nothing, whatever their length."""
    return "******" if detail else ""


def masked(address: Address) -> Address:
    """The address as an order shows it by default: the place, not the person (section 4.3)."""
    return replace(
        address,
        name=mask_name(address.name),
        phone=mask_phone(address.phone),
        detail=mask_detail(address.detail),
    )


# --- freight -----------------------------------------------------------------------------------


class Shipping(StrEnum):
    """Who pays for the way (shipping_method)."""

    FREE = "FREE"
    CONDITION_FREE = "CONDITION_FREE"
    NO_FREE = "NO_FREE"


class Valuation(StrEnum):
    """What freight is counted by."""

    PIECE = "PIECE"
    WEIGHT = "WEIGHT"


class SendTime(StrEnum):
    """The shipping promise; the spelling is the platform's (section 4.2, contract sample)."""

    FOUR_HOUR = "SendTime_FOUR_HOUR"
    TWENTYFOUR_HOUR = "SendTime_TWENTYFOUR_HOUR"
    FOUTYEIGHT_HOUR = "SendTime_FOUTYEIGHT_HOUR"
    THREE_DAY = "SendTime_THREE_DAY"


@dataclass(frozen=True, slots=True)
class Area:
    """A province, a city of it or a county of that; an empty name stands for all."""

    province: str
    city: str = ""
    county: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """The price of the way to some places; the default one is for all places not named."""

    areas: tuple[Area, ...]
    is_default: bool
    first: int
    first_fen: int
    second: int
    second_fen: int
    company: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """When the way to some places is free; 0 is no condition, two conditions must both hold."""

    areas: tuple[Area, ...]
    units_min: int = 0
    goods_fen_min: int = 0


@dataclass(frozen=True, slots=True)
class FreightRule:
    """What a freight template says of places and prices."""

    shipping: Shipping
    valuation: Valuation = Valuation.PIECE
    charges: tuple[Charge, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    not_sent: tuple[Area, ...] = ()


SHIPS_FREE: Final = FreightRule(Shipping.FREE)


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a shop sends from."""

    user_name: str = ""
    tel_number: str = ""
    postal_code: str = ""
    province_name: str = ""
    city_name: str = ""
    county_name: str = ""
    detail_info: str = ""


@dataclass(frozen=True, slots=True)
class FreightTemplate:
    """A rule with the name and the promise that the shop gives it."""

    name: str
    send_time: SendTime
    is_default: bool
    rule: FreightRule
    sender: Sender = Sender()
    companies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptTemplate:
    """A template of the shop."""

    template_id: int
    template: FreightTemplate
    created_at: datetime
    updated_at: datetime


def is_in(areas: Sequence[Area], to: Address) -> bool:
    """Whether `to` lies in one of the areas."""
    return any(
        _province(area.province) == _province(to.province)
        and area.city in ("", to.city)
        and area.county in ("", to.county)
        for area in areas
    )


def freight_fen(
    rule: FreightRule, pieces: int, weight: int, goods_fen: int, to: Address | None = None
) -> Fen:
    """What the way costs for `pieces` (or `weight` kg) of goods worth `goods_fen`.

    first_price for the first units, second_price for each further `second` units begun (appendix
    A.1). Without `to` the default charge counts. Refuses a place the shop does not send to.
    """
    assert pieces >= 0
    assert weight >= 0
    assert goods_fen >= 0
    if to is not None and is_in(rule.not_sent, to):
        raise DestinationNotServed(province=to.province, city=to.city, county=to.county)
    units = pieces if rule.valuation is Valuation.PIECE else weight
    if units == 0 or rule.shipping is Shipping.FREE or _is_waived(rule, units, goods_fen, to):
        return Fen(0)
    charge = _charge(rule.charges, to)
    further = -(-max(0, units - charge.first) // charge.second)  # parts begun count whole
    return Fen(charge.first_fen + further * charge.second_fen)


def check_template(template: FreightTemplate, companies: Sequence["Company"]) -> None:
    """Refuse a template that could not be reckoned with."""
    if template.rule.valuation is Valuation.WEIGHT:
        raise WeightNotKnown
    check_text("name", template.name, 1, _TEMPLATE_NAME_MAX)
    for field in ("user_name", "tel_number", "postal_code", "province_name", "city_name",
                  "county_name", "detail_info"):  # fmt: skip
        check_text(field, getattr(template.sender, field), 0, _DETAIL_MAX)
    known = {"", *(company.delivery_id for company in companies)}
    named = [*template.companies, *(charge.company for charge in template.rule.charges)]
    for delivery_id in named:
        if delivery_id not in known:
            raise CompanyUnknown(delivery_id=delivery_id[:40])
    check_rule(template.rule)


def check_rule(rule: FreightRule) -> None:
    """Refuse a rule that leaves a place without a price or a price without sense."""
    if rule.shipping is not Shipping.FREE and sum(c.is_default for c in rule.charges) != 1:
        raise InvalidField(field="all_freight_calc_method", rule="one default charge")
    if rule.shipping is Shipping.CONDITION_FREE and not rule.waivers:
        raise InvalidField(field="all_condition_free_detail", rule="at least one condition")
    if len(rule.charges) > BANDS_MAX or len(rule.waivers) > BANDS_MAX:
        raise InvalidField(field="freight_template", rule=f"at most {BANDS_MAX} bands")
    for charge in rule.charges:
        _check_charge(charge)
    for waiver in rule.waivers:
        if waiver.units_min <= 0 and waiver.goods_fen_min <= 0:
            raise InvalidField(field="condition_free_detail_list", rule="a piece or amount minimum")
        _check_areas(waiver.areas)
    _check_areas(rule.not_sent)


def _check_charge(charge: Charge) -> None:
    place = "freight_calc_method_list"
    if not (0 < charge.first <= 10_000 and 0 < charge.second <= 10_000):
        raise InvalidField(field=place, rule="first and second amounts from 1 to 10000")
    if not all(0 <= fen <= FREIGHT_FEN_MAX for fen in (charge.first_fen, charge.second_fen)):
        raise InvalidField(field=place, rule=f"prices from 0 to {FREIGHT_FEN_MAX} fen")
    if not charge.is_default and not charge.areas:
        raise InvalidField(field=place, rule="areas, or is_default")
    _check_areas(charge.areas)


def _check_areas(areas: Sequence[Area]) -> None:
    if len(areas) > AREAS_MAX:
        raise InvalidField(field="address_info", rule=f"at most {AREAS_MAX} areas")
    for area in areas:
        check_text("province_name", area.province, 1, _PLACE_MAX)
        check_text("city_name", area.city, 0, _PLACE_MAX)
        check_text("county_name", area.county, 0, _PLACE_MAX)


def _is_waived(rule: FreightRule, units: int, goods_fen: int, to: Address | None) -> bool:
    if rule.shipping is not Shipping.CONDITION_FREE:
        return False
    return any(
        units >= waiver.units_min
        and goods_fen >= waiver.goods_fen_min
        and (not waiver.areas or (to is not None and is_in(waiver.areas, to)))
        for waiver in rule.waivers
    )


def _charge(charges: Sequence[Charge], to: Address | None) -> Charge:
    if to is not None:
        for charge in charges:
            if is_in(charge.areas, to):
                return charge
    return next(charge for charge in charges if charge.is_default)


def _province(name: str) -> str:
    return _PROVINCE_ENDINGS.sub("", name)


# --- parcels -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Company:
    """Who carries parcels."""

    delivery_id: str
    name: str
    ewaybill: bool


@dataclass(frozen=True, slots=True)
class ParcelDraft:
    """A parcel of an order to be sent: how many of which line are in it."""

    shop_id: int
    order_id: int
    delivery_id: str
    waybill_id: str
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel that was sent; `number` counts an order's parcels from 1."""

    order_id: int
    number: int
    delivery_id: str
    delivery_name: str
    waybill_id: str
    lines: tuple[tuple[int, int], ...]
    sent_at: datetime


def check_parcels(drafts: Sequence[ParcelDraft], companies: Sequence[Company]) -> None:
    """Refuse a parcel by nobody we know, or with a number that no carrier gives."""
    known = {company.delivery_id for company in companies}
    for draft in drafts:
        assert draft.lines
        assert all(count > 0 for _, count in draft.lines)
        if draft.delivery_id not in known:
            raise CompanyUnknown(delivery_id=draft.delivery_id[:40])
        if not _WAYBILL.fullmatch(draft.waybill_id):
            raise WaybillMalformed(waybill_id=draft.waybill_id[:60])
