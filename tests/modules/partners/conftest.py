import pytest

from tests.modules.partners.world import World, open_world
from tongshang.app import Opened


@pytest.fixture
async def world(opened: Opened) -> World:
    return await open_world(opened)
