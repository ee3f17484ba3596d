import pytest

from tests.market import Market
from tests.modules.gifting.company import Company, gather_company


@pytest.fixture
async def company(market: Market) -> Company:
    """The market's buyer among friends."""
    return await gather_company(market)
