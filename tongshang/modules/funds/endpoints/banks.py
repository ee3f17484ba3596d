"""Banks, provinces, cities and branches, to fill in an account (contract family funds_bank)."""

from typing import Final

from tongshang.modules.funds import banks
from tongshang.modules.funds.refusals import BankUnknown, PlaceUnknown
from tongshang.modules.funds.wire import banks as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireNothing

ENDPOINTS: Final = Endpoints("funds")

_PRIVATE: Final = 2  # as answers count kinds; requests count them the other way round


@ENDPOINTS("POST", "/shop/funds/getbankbynum", needs=Scope.FUNDS, reads=True)
async def find_by_card(call: Call, req: wire.CardQuery) -> wire.CardReply:
    """Whose card it is, by its first digits; nothing where they are not known."""
    bank = banks.bank_of_card(req.account_number)
    found = [wire.BankInfo.of(bank, _PRIVATE)] if bank else []
    return wire.CardReply(data=found, total_count=len(found))


@ENDPOINTS("POST", "/shop/funds/getbanklist", needs=Scope.FUNDS, reads=True)
async def list_banks(call: Call, req: wire.BankListQuery) -> wire.BankListReply:
    """Banks with these words in their names."""
    found = banks.search_banks(req.key_words)[req.offset : req.offset + req.limit]
    return wire.BankListReply(data=[wire.BankInfo.of(one, 3 - req.bank_type) for one in found])


@ENDPOINTS("POST", "/shop/funds/getprovince", needs=Scope.FUNDS, reads=True)
async def list_provinces(call: Call, req: WireNothing) -> wire.ProvinceReply:
    """All provinces, as getcity asks for them."""
    data = [wire.ProvinceInfo(one.code, one.name) for one in banks.provinces()]
    return wire.ProvinceReply(data=data, total_count=len(data))


@ENDPOINTS("POST", "/shop/funds/getcity", needs=Scope.FUNDS, refuses=(PlaceUnknown,), reads=True)
async def list_cities(call: Call, req: wire.CityQuery) -> wire.CityReply:
    """The cities of a province, with the code that an account needs."""
    found = [one for one in banks.provinces() if one.code == req.province_code]
    if not found:
        raise PlaceUnknown(place=str(req.province_code))
    data = [wire.CityInfo(one.code, one.name, one.address_code) for one in found[0].cities]
    return wire.CityReply(data=data, total_count=len(data))


@ENDPOINTS(
    "POST",
    "/shop/funds/getsubbranch",
    needs=Scope.FUNDS,
    refuses=(PlaceUnknown, BankUnknown),
    reads=True,
)
async def list_branches(call: Call, req: wire.BranchQuery) -> wire.BranchReply:
    """A bank's branches in a city."""
    city = banks.cities().get(req.city_code)
    if city is None:
        raise PlaceUnknown(place=str(req.city_code))
    bank = banks.bank_by_code(req.bank_code)
    if bank is None:
        raise BankUnknown(bank=req.bank_code[:40])
    found = banks.branches(bank, city)
    page = found[req.offset : req.offset + req.limit]
    return wire.BranchReply(
        account_bank=bank.account_bank,
        account_bank_code=bank.bank_id,
        bank_alias=bank.name,
        bank_alias_code=bank.code,
        data=[wire.BranchInfo(one.branch_id, one.name) for one in page],
        total_count=len(found),
        count=len(page),
    )
