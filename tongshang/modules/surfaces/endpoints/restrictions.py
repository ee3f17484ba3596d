"""What the platform bars from which surface: the operator decides, the shop may ask."""

from typing import Final

from tongshang.kernel import page
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.catalog import api as catalog
from tongshang.modules.governance import api as governance
from tongshang.modules.governance.api import (
    AlreadyRestricted,
    Bar,
    BarSource,
    NotRestricted,
    RestrictionDraft,
)
from tongshang.modules.identity import api as identity
from tongshang.modules.surfaces.domain import moments
from tongshang.modules.surfaces.refusals import ProductNotHere
from tongshang.modules.surfaces.wire import restrictions as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints

RESTRICTIONS: Final = Endpoints("surfaces")


@RESTRICTIONS(
    "POST", "/channels/ec/product/getproductrestrictedinfo", needs=Scope.PRODUCT, reads=True
)
async def get_restricted(call: Call, req: wire.RestrictedRequest) -> wire.RestrictedReply:
    """From which scenes the shop's products are barred, and by which rule; at most 50 products.

    Products that the shop does not have are left out.
    """
    wanted = list(dict.fromkeys(int(product_id) for product_id in req.product_ids))
    keys = [(call.shop_id, product_id) for product_id in wanted]
    here = await catalog.cards(call.tx, keys)
    running = await governance.find_restrictions(call.tx, keys)
    infos = [
        wire.RestrictedInfo(
            str(product_id),
            [
                wire.SceneInfo(int(one.scene), int(one.source))
                for one in running
                if one.product_id == product_id
            ],
        )
        for product_id in wanted
        if product_id in here
    ]
    return wire.RestrictedReply(data=wire.RestrictedData(infos))


@RESTRICTIONS(
    "POST",
    "/v1/platform/restriction/add",
    needs=Scope.OPERATOR,
    refuses=(ProductNotHere, AlreadyRestricted),
)
async def add_restriction(call: Call, req: wire.RestrictionRequest) -> Done:
    """Bar a product from scenes: its cards there, its sale or its commission end at once."""
    shop_id, product_id = await _product(call, req.product_id)
    drafts = [
        RestrictionDraft(shop_id, product_id, Bar(scene), BarSource(req.source), req.reason)
        for scene in sorted(set(req.scenes))
    ]
    await governance.restrict(call, drafts)
    return Done()


@RESTRICTIONS(
    "POST",
    "/v1/platform/restriction/lift",
    needs=Scope.OPERATOR,
    refuses=(ProductNotHere, NotRestricted),
)
async def lift_restriction(call: Call, req: wire.LiftRequest) -> Done:
    """Let a product back into scenes."""
    shop_id, product_id = await _product(call, req.product_id)
    await governance.lift(call, [(shop_id, product_id, scene) for scene in set(req.scenes)])
    return Done()


@RESTRICTIONS(
    "GET",
    "/v1/platform/restriction/list",
    needs=Scope.OPERATOR,
    refuses=(ProductNotHere,),
    reads=True,
)
async def list_restrictions(call: Call, req: wire.RestrictionQuery) -> wire.RestrictionPage:
    """What is barred now, or was, of all shops, the latest first; or of one product."""
    question = ("restrictions", req.is_lifted, int(req.product_id))
    running = not req.is_lifted
    if int(req.product_id):
        shop_id, product_id = await _product(call, req.product_id)
        found = await governance.find_restrictions(call.tx, [(shop_id, product_id)])
    else:
        before = _before(question, req.next_key)
        found = await governance.list_restrictions(call.tx, before, req.limit + 1, running=running)
    shown = found[: req.limit]
    keys = sorted({(one.shop_id, one.product_id) for one in shown})
    products = await catalog.cards(call.tx, keys)
    parties = {one.shop_id for one in shown} | {one.set_by for one in shown}
    names = await identity.find_parties(call.tx, sorted(parties))
    items = [
        wire.RestrictionView.of(
            one, products.get(one.product_id), names.get(one.shop_id), names.get(one.set_by)
        )
        for one in shown
    ]
    return wire.RestrictionPage(items, _cursor(question, shown[-1]) if found[req.limit :] else "")


async def _product(call: Call, product_id: wire.Id) -> tuple[int, int]:
    """Whose the product is, and which; refuses where there is none."""
    shop_id = (await catalog.shop_of(call.tx, [int(product_id)])).get(int(product_id))
    if shop_id is None:
        raise ProductNotHere(product_id=str(product_id))
    return shop_id, int(product_id)


def _before(question: tuple[object, ...], next_key: str) -> governance.RestrictionKey | None:
    key = page.after(question, next_key)
    if key is None:
        return None
    if len(key) != 4 or (at := moments.moment(key[0])) is None:
        raise CursorMismatch
    shop_id, product_id, scene = (int(part) for part in key[1:])
    return at, shop_id, product_id, scene


def _cursor(question: tuple[object, ...], last: governance.Restriction) -> str:
    return page.cursor(
        question, (moments.micros(last.set_at), last.shop_id, last.product_id, last.scene)
    )
