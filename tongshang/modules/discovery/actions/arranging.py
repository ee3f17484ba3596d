"""Shops arrange their homes: a banner, what comes first, what is not shown, their own classes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from tongshang.modules.catalog import api as catalog
from tongshang.modules.discovery import domain, wire
from tongshang.modules.discovery.actions import showing
from tongshang.modules.discovery.domain import Arrangement, Lane, Post, ShopClass
from tongshang.modules.discovery.refusals import ClassNameWrong, GoodsNotYours, PictureNotKept
from tongshang.modules.discovery.store import posts as store
from tongshang.modules.discovery.store import shop_homes
from tongshang.modules.governance import api as governance
from tongshang.modules.media import api as media
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef, CardView, Surface
from tongshang.runtime.call import Call
from tongshang.runtime.wire import number

_GOODS_SHOWN: Final = 100


async def view(call: Call) -> wire.ArrangementView:
    """The calling shop's home with the goods it may arrange: those named, then the newest."""
    shop_id = call.shop_id
    home = await shop_homes.find_arrangement(call.tx, shop_id)
    newest = await store.list_of_authors(
        call.tx, [shop_id], Lane.PRODUCT, store.begin_at(call.at), _GOODS_SHOWN
    )
    named = list(dict.fromkeys((*home.first, *home.hidden)))
    ids = list(dict.fromkeys((*named, *(post.item_id for post in newest))))
    found = await catalog.cards(call.tx, [(shop_id, one) for one in ids])
    goods = []
    for product_id in ids:
        if product_id not in found:
            continue
        card = found[product_id]
        goods.append(
            wire.ArrangedGood(
                str(product_id),
                card.short_title or card.title,
                card.picture_url,
                card.price_fen,
                home.first.index(product_id) + 1 if product_id in home.first else 0,
                product_id in home.hidden,
                [one.class_id for one in home.classes if product_id in one.product_ids],
            )
        )
    classes = [wire.ClassView(one.class_id, one.name, len(one.product_ids)) for one in home.classes]
    return wire.ArrangementView(home.banner_url, str(home.banner_product_id), goods, classes)


async def arrange(call: Call, req: wire.ArrangeRequest) -> None:
    """Keep banner and order; what is not named comes after, the newest first."""
    first = [number(one) for one in req.first]
    hidden = [number(one) for one in req.hidden]
    banner_id = number(req.banner_product_id) if req.banner_product_id else 0
    if req.banner_url and not media.is_ours(req.banner_url):
        raise PictureNotKept
    arranged = domain.arranged(Arrangement(req.banner_url, banner_id, tuple(first), tuple(hidden)))
    await _check_own(call, [*first, *hidden, *([banner_id] if banner_id else [])])
    await shop_homes.save_arrangement(call.tx, call.shop_id, arranged, call.at)


async def set_classes(call: Call, req: wire.ClassesRequest) -> None:
    """Keep the shop's own classes, in this order."""
    names = [one.name.strip() for one in req.classes]
    if reasons := governance.judge(names):
        raise ClassNameWrong(reason="; ".join(reasons))
    if len(set(names)) != len(names):
        raise ClassNameWrong(reason="two classes have the same name")
    classes = [
        ShopClass(class_id, name, tuple(dict.fromkeys(number(i) for i in one.product_ids)))
        for class_id, (name, one) in enumerate(zip(names, req.classes, strict=True), start=1)
    ]
    await _check_own(call, [i for one in classes for i in one.product_ids])
    await shop_homes.save_classes(call.tx, call.shop_id, classes, call.at)


async def _check_own(call: Call, product_ids: Iterable[int]) -> None:
    wanted = sorted(set(product_ids))
    shops = await catalog.shop_of(call.tx, wanted) if wanted else {}
    for product_id in wanted:
        if shops.get(product_id) != call.shop_id:
            raise GoodsNotYours(product_id=str(product_id))


# --- as buyers see it --------------------------------------------------------------------------


async def banner(call: Call, shop_id: int, home: Arrangement) -> CardView | None:
    """The card of the product to which the banner leads, where it can be bought."""
    if not home.banner_product_id:
        return None
    scene = surfaces.scene_of(Surface.SHOP_HOME)
    ref = CardRef(shop_id, home.banner_product_id, scene=scene, surface=Surface.SHOP_HOME)
    (card,) = await surfaces.card_views(call, [ref])
    return card if card.is_available else None


async def list_goods(
    call: Call, shop_id: int, home: Arrangement, req: wire.GoodsQuery, before: tuple[int, int]
) -> tuple[list[Post], bool]:
    """A page of a shop's goods as it arranged them, and whether there is more.

    The first page begins with what the shop put first, beside so many of the others as were asked.
    """
    if req.class_id:
        chosen = next((one for one in home.classes if one.class_id == req.class_id), None)
        ids = [one for one in chosen.product_ids if one not in home.hidden] if chosen else []
        return await _found(call, shop_id, ids), False
    first = [] if req.next_key else await _found(call, shop_id, home.first)
    others = await store.list_of_shop(
        call.tx, shop_id, before, req.limit + 1, (*home.first, *home.hidden)
    )
    return [*first, *others[: req.limit]], len(others) > req.limit


async def _found(call: Call, shop_id: int, ids: Sequence[int]) -> list[Post]:
    posts = await store.find_posts(call.tx, ids) if ids else {}
    return [posts[i] for i in ids if i in posts and posts[i].author_id == shop_id]


async def shown(call: Call, posts: Sequence[Post]) -> list[wire.Item]:
    """Goods as cards of the shop's home."""
    return await showing.show(call, posts, Surface.SHOP_HOME)


def classes_of(home: Arrangement) -> list[wire.ClassView]:
    """The classes in which something is shown."""
    counted = [
        replace(one, product_ids=tuple(i for i in one.product_ids if i not in home.hidden))
        for one in home.classes
    ]
    return [
        wire.ClassView(one.class_id, one.name, len(one.product_ids))
        for one in counted
        if one.product_ids
    ]
