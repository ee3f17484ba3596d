"""Requests and answers: companies and freight templates (contract families delivery and freight),
and the buyer's own address book.
"""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

import msgspec

from tongshang.modules.delivery.domain import (
    Address,
    Area,
    Charge,
    Company,
    FreightRule,
    FreightTemplate,
    KeptAddress,
    KeptTemplate,
    Sender,
    SendTime,
    Shipping,
    Valuation,
    Waiver,
)
from tongshang.runtime.rpc import WireReply

Id = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
IdText = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,18}$|^[1-8][0-9]{18}$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Text = Annotated[str, msgspec.Meta(max_length=200)]

# --- companies ---------------------------------------------------------------------------------


class CompanyQuery(msgspec.Struct):
    ewaybill_only: bool = False


class CompanyView(msgspec.Struct):
    delivery_id: str
    delivery_name: str


class CompanyList(WireReply):
    company_list: tuple[CompanyView, ...] = ()

    @classmethod
    def of(cls, companies: Sequence[Company]) -> "CompanyList":
        return cls(company_list=tuple(CompanyView(c.delivery_id, c.name) for c in companies))


# --- freight templates -------------------------------------------------------------------------


class PlaceInfo(msgspec.Struct):
    """A place, or a person's address: the platform uses one shape for both."""

    user_name: Text = ""
    postal_code: Text = ""
    province_name: Text = ""
    city_name: Text = ""
    county_name: Text = ""
    detail_info: Text = ""
    tel_number: Text = ""


class NotSendArea(msgspec.Struct):
    """Of the two names of the list either is read and both are answered: clients differ."""

    address_info: list[PlaceInfo] = []
    address_infos: list[PlaceInfo] = []


class ConditionFree(msgspec.Struct):
    address_infos: list[PlaceInfo] = []
    min_piece: Count = 0
    min_weight: Count = 0
    min_amount: Count = 0
    valuation_flag: Literal[0, 1] | None = None
    amount_flag: Literal[0, 1] | None = None


class AllConditionFree(msgspec.Struct):
    condition_free_detail_list: list[ConditionFree] = []


class FreightCalc(msgspec.Struct):
    """As with `NotSendArea`, the list of places has two names."""

    first_val_amount: Count
    first_price: Count
    second_val_amount: Count
    second_price: Count
    address_info: list[PlaceInfo] = []
    address_infos: list[PlaceInfo] = []
    is_default: bool = False
    delivery_id: Text = ""


class AllFreightCalc(msgspec.Struct):
    freight_calc_method_list: list[FreightCalc] = []


class TemplateDraft(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    valuation_type: Valuation
    send_time: SendTime
    delivery_type: Literal["EXPRESS"]
    shipping_method: Shipping
    address_info: PlaceInfo = msgspec.field(default_factory=PlaceInfo)
    delivery_id: Annotated[list[str], msgspec.Meta(max_length=50)] = []
    not_send_area: NotSendArea = msgspec.field(default_factory=NotSendArea)
    is_default: bool = False
    all_condition_free_detail: AllConditionFree = msgspec.field(default_factory=AllConditionFree)
    all_freight_calc_method: AllFreightCalc = msgspec.field(default_factory=AllFreightCalc)
    template_id: Id = 0

    def template(self) -> FreightTemplate:
        """The template as the shop means it."""
        sender = msgspec.convert(msgspec.to_builtins(self.address_info), Sender)
        return FreightTemplate(
            self.name,
            self.send_time,
            self.is_default,
            FreightRule(
                self.shipping_method,
                self.valuation_type,
                tuple(_charge(c) for c in self.all_freight_calc_method.freight_calc_method_list),
                tuple(
                    _waiver(w) for w in self.all_condition_free_detail.condition_free_detail_list
                ),
                _areas(self.not_send_area.address_info or self.not_send_area.address_infos),
            ),
            sender,
            tuple(self.delivery_id),
        )


class TemplateAdd(msgspec.Struct):
    freight_template: TemplateDraft


class TemplateQuery(msgspec.Struct):
    template_id: Id


class TemplateListQuery(msgspec.Struct):
    offset: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10


class TemplateKept(WireReply):
    template_id: str = ""


class TemplateList(WireReply):
    template_id_list: tuple[str, ...] = ()


class TemplateView(msgspec.Struct):
    template_id: str
    name: str
    valuation_type: str
    send_time: str
    address_info: PlaceInfo
    delivery_type: str
    delivery_id: list[str]
    shipping_method: str
    all_condition_free_detail: AllConditionFree
    all_freight_calc_method: AllFreightCalc
    create_time: int
    update_time: int
    is_default: bool
    not_send_area: NotSendArea


class TemplateDetail(WireReply, omit_defaults=True):
    freight_template: TemplateView | None = None

    @classmethod
    def of(cls, kept: KeptTemplate) -> "TemplateDetail":
        template, rule = kept.template, kept.template.rule
        view = TemplateView(
            template_id=str(kept.template_id),
            name=template.name,
            valuation_type=rule.valuation.value,
            send_time=template.send_time.value,
            address_info=msgspec.convert(msgspec.to_builtins(template.sender), PlaceInfo),
            delivery_type="EXPRESS",
            delivery_id=list(template.companies),
            shipping_method=rule.shipping.value,
            all_condition_free_detail=AllConditionFree([_waiver_view(w) for w in rule.waivers]),
            all_freight_calc_method=AllFreightCalc([_charge_view(c) for c in rule.charges]),
            create_time=int(kept.created_at.timestamp()),
            update_time=int(kept.updated_at.timestamp()),
            is_default=template.is_default,
            not_send_area=NotSendArea(_places(rule.not_sent), _places(rule.not_sent)),
        )
        return cls(freight_template=view)


def _areas(places: Sequence[PlaceInfo]) -> tuple[Area, ...]:
    return tuple(Area(p.province_name, p.city_name, p.county_name) for p in places)


def _places(areas: Sequence[Area]) -> list[PlaceInfo]:
    return [
        PlaceInfo(province_name=a.province, city_name=a.city, county_name=a.county) for a in areas
    ]


def _charge(calc: FreightCalc) -> Charge:
    return Charge(
        _areas(calc.address_info or calc.address_infos),
        calc.is_default,
        calc.first_val_amount,
        calc.first_price,
        calc.second_val_amount,
        calc.second_price,
        calc.delivery_id,
    )


def _charge_view(charge: Charge) -> FreightCalc:
    return FreightCalc(
        charge.first,
        charge.first_fen,
        charge.second,
        charge.second_fen,
        _places(charge.areas),
        _places(charge.areas),
        charge.is_default,
        charge.company,
    )


def _waiver(condition: ConditionFree) -> Waiver:
    """A flag says whether its minimum counts; without the flag the minimum speaks for itself."""
    return Waiver(
        _areas(condition.address_infos),
        0 if condition.valuation_flag == 0 else condition.min_piece,
        0 if condition.amount_flag == 0 else condition.min_amount,
    )


def _waiver_view(waiver: Waiver) -> ConditionFree:
    return ConditionFree(
        _places(waiver.areas),
        min_piece=waiver.units_min,
        min_amount=waiver.goods_fen_min,
        valuation_flag=1 if waiver.units_min else 0,
        amount_flag=1 if waiver.goods_fen_min else 0,
    )


# --- addresses ---------------------------------------------------------------------------------

_ADDRESS_FIELDS: Final = Address.__slots__


class AddressAdd(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    phone: str
    province: str
    city: str
    detail: str
    county: str = ""
    postcode: str = ""
    is_default: bool = False

    def address(self) -> Address:
        return Address(**{field: getattr(self, field) for field in _ADDRESS_FIELDS})


class AddressUpdate(AddressAdd, forbid_unknown_fields=True, kw_only=True):
    address_id: IdText


class AddressRef(msgspec.Struct, forbid_unknown_fields=True):
    address_id: IdText


class AddressKept(msgspec.Struct):
    address_id: str


class AddressView(msgspec.Struct):
    address_id: str
    name: str
    phone: str
    province: str
    city: str
    county: str
    detail: str
    postcode: str
    is_default: bool


class AddressList(msgspec.Struct):
    addresses: list[AddressView]

    @classmethod
    def of(cls, book: Sequence[KeptAddress]) -> "AddressList":
        return cls([_address_view(kept) for kept in book])


def _address_view(kept: KeptAddress) -> AddressView:
    fields = {field: getattr(kept.address, field) for field in _ADDRESS_FIELDS}
    return AddressView(str(kept.address_id), **fields, is_default=kept.is_default)
