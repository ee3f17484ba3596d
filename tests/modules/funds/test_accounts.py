"""Whose bank account may be whose, and that nobody sees its number."""

from typing import Any

import msgspec
import pytest
from cryptography.exceptions import InvalidTag

from tests.modules.funds.purses import ACCOUNT, Purses
from tests.modules.funds.purses import purses as purses
from tests.platform import calling
from tongshang.kernel.refusal import Refusal
from tongshang.modules.funds import refusals
from tongshang.modules.funds.api import LegalForm, Subject, name_subjects
from tongshang.modules.funds.domain.accounts import masked
from tongshang.runtime import crypto

BUSINESS = {"kind": "ACCOUNT_TYPE_BUSINESS"}


async def _name(purses: Purses, who: str, form: LegalForm, name: str, person: str = "") -> None:
    async with calling(purses.opened) as call:
        await name_subjects(call, [Subject(purses.parties[who], form, name, person)])


async def test_a_shop_sets_its_account_and_is_told_of_it_masked(purses: Purses) -> None:
    info = {
        "bank_account_type": "ACCOUNT_TYPE_PRIVATE",
        "account_bank": "招商银行",
        "bank_address_code": "350100",
        "account_number": "6225880000001234",
    }
    await purses.wire("setbankacct", account_info=info)
    told = (await purses.wire("getbankacct")).account_info
    assert (told.account_number, told.account_name) == ("6225********1234", "山里茶铺")
    same = (await purses.wire("/shop/funds/getbankaccount")).account_info
    assert same.account_number == told.account_number
    last = (await purses.pushes("channels_ec_acct_notify"))[-1]
    assert last["account_info"] == {"event": 1}
    assert "FromUserName" not in last
    rows = await purses.opened.house.pool.fetch("select * from bank_accounts")
    assert "6225880000001234" not in str(rows).replace("'", "")
    assert len({row["account_id"] for row in rows if row["ended_at"] is None}) == 4


@pytest.mark.parametrize(
    ("who", "fields", "why"),
    [
        ("agency", {}, refusals.AccountKindBarred),
        ("promoter", BUSINESS, refusals.AccountKindBarred),
        ("promoter", {"holder": "别人"}, refusals.AccountNameDiffers),
        ("shop", {"account_bank": "没有的银行"}, refusals.BankUnknown),
        ("shop", {"address_code": "999999"}, refusals.PlaceUnknown),
        ("shop", {"account_bank": "其他银行"}, refusals.BranchMissing),
        ("shop", {"account_bank": "杭州银行"}, refusals.BranchMissing),
        ("shop", {"branch_id": "1"}, refusals.BranchUnknown),
    ],
)
async def test_an_account_that_is_not_the_party_s_changes_nothing(
    purses: Purses, who: str, fields: dict[str, Any], why: type[Refusal]
) -> None:
    before = await purses.ask(who, "bankaccount/get")
    with pytest.raises(why):
        await purses.ask(who, "bankaccount/set", **{**ACCOUNT, **fields})
    assert await purses.ask(who, "bankaccount/get") == before


async def test_a_number_has_digits_only(purses: Purses) -> None:
    draft = {**ACCOUNT, "number": "1234567890"}
    account = await purses.ask("shop", "bankaccount/set", **draft)
    assert account.number == "******7890"
    with pytest.raises(msgspec.ValidationError):
        await purses.ask("shop", "bankaccount/set", **{**ACCOUNT, "number": "12 34567"})


async def test_a_company_s_account_is_in_its_own_name_and_a_sole_trader_s_in_either(
    purses: Purses,
) -> None:
    await _name(purses, "shop", LegalForm.COMPANY, "武夷山某某茶业有限公司", "陈岩")
    with pytest.raises(refusals.AccountKindBarred):
        await purses.ask("shop", "bankaccount/set", **ACCOUNT)
    company = await purses.ask("shop", "bankaccount/set", **{**ACCOUNT, **BUSINESS})
    assert company.holder == "武夷山某某茶业有限公司"
    await _name(purses, "shop", LegalForm.SOLE_TRADER, "山里茶铺", "陈岩")
    page = await purses.ask("shop", "bankaccount/get")
    assert page.holders == {"ACCOUNT_TYPE_BUSINESS": "山里茶铺", "ACCOUNT_TYPE_PRIVATE": "陈岩"}
    own = await purses.ask("shop", "bankaccount/set", **{**ACCOUNT, "holder": "陈岩"})
    assert own.holder == "陈岩"


async def test_a_branch_is_named_by_its_number_or_its_name(purses: Purses) -> None:
    other = {**ACCOUNT, "account_bank": "其他银行", "shown_bank": "厦门银行"}
    named = await purses.ask("shop", "bankaccount/set", **other, branch_name="厦门银行福州分行")
    assert (named.account_bank, named.bank_name) == ("其他银行", "厦门银行福州分行")
    numbered = await purses.ask("shop", "bankaccount/set", **other, branch_id="605350100002")
    assert numbered.bank_name == "厦门银行福州分行营业部"


def test_a_sealed_number_is_read_by_its_key_and_owner_only() -> None:
    sealed = crypto.seal(b"key", "bank", "1", "6225880123456789")
    assert crypto.unseal(b"key", "bank", "1", sealed) == "6225880123456789"
    assert sealed != crypto.seal(b"key", "bank", "1", "6225880123456789")
    for key, purpose, owner in ((b"no", "bank", "1"), (b"key", "no", "1"), (b"key", "bank", "2")):
        with pytest.raises(InvalidTag):
            crypto.unseal(key, purpose, owner, sealed)
    assert masked("123456") == "**3456"
