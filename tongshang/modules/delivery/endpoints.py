"""Companies and freight templates for shops, the address book for buyers."""

from typing import Final

from tongshang.modules.delivery import actions, domain, store
from tongshang.modules.delivery.domain import AddressDraft
from tongshang.modules.delivery.refusals import (
    AddressBookFull,
    AddressNotFound,
    CompanyUnknown,
    FreightTemplateNotFound,
    TooManyTemplates,
    WeightNotKnown,
)
from tongshang.modules.delivery.wire import (
    AddressAdd,
    AddressKept,
    AddressList,
    AddressRef,
    AddressUpdate,
    CompanyList,
    CompanyQuery,
    TemplateAdd,
    TemplateDetail,
    TemplateKept,
    TemplateList,
    TemplateListQuery,
    TemplateQuery,
)
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints, Nothing, WireNothing

ENDPOINTS: Final = Endpoints("delivery")


@ENDPOINTS("POST", "/channels/ec/order/deliverycompanylist/get", needs=Scope.ORDER, reads=True)
async def list_companies(call: Call, req: WireNothing) -> CompanyList:
    """All express companies a shop may send by."""
    return CompanyList.of(await store.list_companies(call.tx))


@ENDPOINTS("POST", "/channels/ec/order/deliverycompanylist/new/get", needs=Scope.ORDER, reads=True)
async def list_new_companies(call: Call, req: CompanyQuery) -> CompanyList:
    """All express companies, or only those with e-waybills."""
    companies = await store.list_companies(call.tx)
    return CompanyList.of([c for c in companies if c.ewaybill or not req.ewaybill_only])


@ENDPOINTS(
    "POST",
    "/channels/ec/merchant/addfreighttemplate",
    needs=Scope.PRODUCT,
    refuses=(WeightNotKnown, CompanyUnknown, TooManyTemplates),
)
async def add_template(call: Call, req: TemplateAdd) -> TemplateKept:
    """Add a freight template; as default it takes the place of the one before."""
    template = req.freight_template.template()
    template_id = await actions.add_template(call, call.shop_id, template)
    return TemplateKept(template_id=str(template_id))


@ENDPOINTS(
    "POST",
    "/channels/ec/merchant/updatefreighttemplate",
    needs=Scope.PRODUCT,
    refuses=(WeightNotKnown, CompanyUnknown, FreightTemplateNotFound),
)
async def update_template(call: Call, req: TemplateAdd) -> TemplateKept:
    """Replace a freight template as a whole; orders placed before keep their freight."""
    template, template_id = req.freight_template.template(), req.freight_template.template_id
    domain.check_template(template, await store.list_companies(call.tx))
    await store.hold_templates(call.tx, call.shop_id)
    if not await store.save_template(call.tx, call.shop_id, template_id, template, call.at):
        raise FreightTemplateNotFound(template_id=str(template_id))
    return TemplateKept(template_id=str(template_id))


@ENDPOINTS("POST", "/channels/ec/merchant/getfreighttemplatelist", needs=Scope.PRODUCT, reads=True)
async def list_templates(call: Call, req: TemplateListQuery) -> TemplateList:
    """The ids of the shop's freight templates, the newest first."""
    ids = await store.list_template_ids(call.tx, call.shop_id, req.offset, req.limit)
    return TemplateList(template_id_list=tuple(str(one) for one in ids))


@ENDPOINTS(
    "POST",
    "/channels/ec/merchant/getfreighttemplatedetail",
    needs=Scope.PRODUCT,
    refuses=(FreightTemplateNotFound,),
    reads=True,
)
async def get_template(call: Call, req: TemplateQuery) -> TemplateDetail:
    """One freight template of the shop."""
    kept = await store.find_template(call.tx, call.shop_id, req.template_id)
    if kept is None:
        raise FreightTemplateNotFound(template_id=str(req.template_id))
    return TemplateDetail.of(kept)


@ENDPOINTS("GET", "/v1/buyer/address/list", needs=Scope.BUYER, reads=True)
async def list_addresses(call: Call, req: Nothing) -> AddressList:
    """One's own addresses, the default one first."""
    return AddressList.of(await store.list_addresses(call.tx, call.buyer_id))


@ENDPOINTS("POST", "/v1/buyer/address/add", needs=Scope.BUYER, refuses=(AddressBookFull,))
async def add_address(call: Call, req: AddressAdd) -> AddressKept:
    """Keep an address; the first one is the default."""
    draft = AddressDraft(call.buyer_id, req.address(), req.is_default)
    (address_id,) = await actions.add_addresses(call, [draft])
    return AddressKept(str(address_id))


@ENDPOINTS("POST", "/v1/buyer/address/update", needs=Scope.BUYER, refuses=(AddressNotFound,))
async def update_address(call: Call, req: AddressUpdate) -> AddressKept:
    """Change an address; as default it takes the place of the one before."""
    draft = AddressDraft(call.buyer_id, domain.checked(req.address()), req.is_default)
    await store.hold_books(call.tx, [call.buyer_id])
    if draft.is_default:
        await store.clear_defaults(call.tx, [call.buyer_id])
    if not await store.save_address(call.tx, int(req.address_id), draft, call.at):
        raise AddressNotFound(address_id=req.address_id)
    return AddressKept(req.address_id)


@ENDPOINTS("POST", "/v1/buyer/address/remove", needs=Scope.BUYER, refuses=(AddressNotFound,))
async def remove_address(call: Call, req: AddressRef) -> Done:
    """Forget an address; orders keep what was written on them."""
    await store.hold_books(call.tx, [call.buyer_id])
    if not await store.remove_address(call.tx, call.buyer_id, int(req.address_id)):
        raise AddressNotFound(address_id=req.address_id)
    return Done()
