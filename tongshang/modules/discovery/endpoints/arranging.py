"""Shops' homes as shops arrange them."""

from typing import Final

from tongshang.modules.discovery import wire
from tongshang.modules.discovery.actions import arranging
from tongshang.modules.discovery.refusals import (
    ArrangementWrong,
    ClassNameWrong,
    GoodsNotYours,
    PictureNotKept,
)
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, Nothing

ARRANGING: Final = Endpoints("discovery")


@ARRANGING("GET", "/v1/shop/home/get", needs=Scope.SHOP, reads=True)
async def get_arrangement(call: Call, req: Nothing) -> wire.ArrangementView:
    """Your shop's home: its banner, its goods in their order, those not shown, its classes."""
    return await arranging.view(call)


@ARRANGING(
    "POST",
    "/v1/shop/home/arrange",
    needs=Scope.SHOP,
    refuses=(PictureNotKept, ArrangementWrong, GoodsNotYours),
)
async def arrange_home(call: Call, req: wire.ArrangeRequest) -> wire.ArrangementView:
    """Set the banner, which goods come first and which are not shown; the whole of it each time."""
    await arranging.arrange(call, req)
    return await arranging.view(call)


@ARRANGING(
    "POST",
    "/v1/shop/home/classes",
    needs=Scope.SHOP,
    refuses=(ClassNameWrong, GoodsNotYours),
)
async def set_home_classes(call: Call, req: wire.ClassesRequest) -> wire.ArrangementView:
    """Set your shop's own classes and what is in them; the whole of it each time."""
    await arranging.set_classes(call, req)
    return await arranging.view(call)
