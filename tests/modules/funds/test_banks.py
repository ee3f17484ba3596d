"""Banks, cities and branches, as a program asks for them to fill in an account."""

from tests.modules.funds.purses import Purses
from tests.modules.funds.purses import purses as purses
from tests.platform import ask
from tongshang.modules.funds import banks


async def test_from_a_card_to_its_bank_and_from_a_province_to_a_branch(purses: Purses) -> None:
    (bank,) = (
        await purses.wire("/shop/funds/getbankbynum", account_number="6225880123456789")
    ).data
    assert (bank.account_bank, bank.bank_id, bank.need_branch) == ("招商银行", "1001", False)
    provinces = (await purses.wire("/shop/funds/getprovince")).data
    assert len(provinces) == 31
    fujian = next(one for one in provinces if one.province_name == "福建省")
    cities = (await purses.wire("/shop/funds/getcity", province_code=fujian.province_code)).data
    fuzhou = cities[0]
    assert (fuzhou.city_name, fuzhou.bank_address_code) == ("福州市", "350100")
    found = await purses.wire(
        "/shop/funds/getsubbranch", city_code=fuzhou.city_code, bank_code=bank.bank_code, limit=1
    )
    assert [one.branch_name for one in found.data] == ["招商银行福州分行"]
    assert (found.total_count, found.count, found.bank_alias) == (2, 1, "招商银行")


async def test_banks_are_found_by_words_and_another_bank_needs_its_branch(purses: Purses) -> None:
    found = (await purses.wire("/shop/funds/getbanklist", key_words="农商")).data
    assert [(one.account_bank, one.bank_name, one.need_branch) for one in found] == [
        ("其他银行", "广州农商银行", True)
    ]
    private = await purses.wire("/shop/funds/getbanklist", bank_type=1, limit=1)
    assert private.data[0].bank_type == 2, "answers count kinds the other way round"
    unknown = await purses.wire("/shop/funds/getbankbynum", account_number="000000")
    assert (unknown.data, unknown.total_count) == ([], 0)


async def test_everybody_who_has_funds_may_ask_what_there_is_to_choose(purses: Purses) -> None:
    for who in ("shop", "promoter", "agency", "sharer"):
        path = f"/v1/{who}/funds/bankaccount/choices"
        choices = await ask(purses.opened, purses.callers[who], path)
        assert len(choices.provinces) == 31
        assert choices.banks[0].name == "工商银行"


def test_every_code_is_one_place_s_and_a_county_s_code_finds_its_city() -> None:
    cities = banks.cities().values()
    assert len({one.address_code for one in cities}) == len(cities) > 330
    county, quarter = banks.city_of("330106"), banks.city_of("110101")
    assert county is not None
    assert quarter is not None
    assert (county.name, quarter.name) == ("杭州市", "北京市")
    assert banks.city_of("000000") is None
    made = [
        one.branch_id
        for bank in banks.banks()
        for city in cities
        for one in banks.branches(bank, city)
    ]
    assert len(set(made)) == len(made), "no two branches have one number"
