"""Banks, provinces, cities and branches (contract family funds_bank)."""

from typing import Annotated

import msgspec

from tongshang.modules.funds.banks import Bank
from tongshang.modules.funds.wire.texts import Word
from tongshang.runtime.rpc import WireReply

Offset = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=200)]
Code = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class CardQuery(msgspec.Struct):
    account_number: Word


class BankListQuery(msgspec.Struct):
    """`bank_type` 1: for private accounts, 2: for business accounts."""

    offset: Offset = 0
    limit: Limit = 50
    key_words: Word = ""
    bank_type: Annotated[int, msgspec.Meta(ge=1, le=2)] = 2


class BankInfo(msgspec.Struct):
    """`bank_type` 1: for business accounts, 2: for private ones, unlike the request's."""

    account_bank: str
    bank_type: int
    bank_id: str
    bank_code: str
    bank_name: str
    need_branch: bool

    @classmethod
    def of(cls, bank: Bank, bank_type: int) -> "BankInfo":
        """A bank, for accounts of a kind."""
        return cls(
            bank.account_bank, bank_type, bank.bank_id, bank.code, bank.name, bank.needs_branch
        )


class CardReply(WireReply, kw_only=True):
    data: list[BankInfo]
    total_count: int


class BankListReply(WireReply, kw_only=True):
    data: list[BankInfo]


class ProvinceInfo(msgspec.Struct):
    province_code: int
    province_name: str


class ProvinceReply(WireReply, kw_only=True):
    data: list[ProvinceInfo]
    total_count: int


class CityQuery(msgspec.Struct):
    province_code: Code


class CityInfo(msgspec.Struct):
    city_code: int
    city_name: str
    bank_address_code: str


class CityReply(WireReply, kw_only=True):
    data: list[CityInfo]
    total_count: int


class BranchQuery(msgspec.Struct):
    city_code: Code
    bank_code: Word
    offset: Offset = 0
    limit: Limit = 50


class BranchInfo(msgspec.Struct):
    branch_id: str
    branch_name: str


class BranchReply(WireReply, kw_only=True):
    account_bank: str
    account_bank_code: str
    bank_alias: str
    bank_alias_code: str
    data: list[BranchInfo]
    total_count: int
    count: int
