"""The one list of surfaces: where a product may be met, and what that means for it.

The list is product.md A2; orders tell of it as `order_scene` (reference section 4.3), and the
operator bars products from it by the scenes of section 3.7.
"""

from enum import IntEnum
from typing import Final

from tongshang.modules.governance.api import Bar


class Surface(IntEnum):
    """Where a card stands. The values are stored and signed into links: add, never renumber."""

    NOWHERE = 0
    ARTICLE = 1
    SHORT_VIDEO = 2
    LIVE_ROOM = 3
    MINI_PAGE = 4
    SHOP_HOME = 5
    WINDOW = 6
    SEARCH = 7
    CHAT = 8
    INPUT_BOX = 9
    ORDER_CENTER = 10
    PRODUCT_PAGE = 11
    GIFT_CARD = 12
    FEED = 13
    WEB = 14
    QR = 15
    SHORT_LINK = 16
    TAGLINK = 17
    SAVED = 18
    PACKAGE = 19


class Scene(IntEnum):
    """`order_scene` of the wire: where an order came from (reference section 4.3)."""

    OTHER = 1
    LIVE_ROOM = 2
    SHORT_VIDEO = 3
    PRODUCT_SHARE = 4
    WINDOW_HOME = 5
    ARTICLE_CARD = 6


_SCENES: Final = {
    Surface.ARTICLE: Scene.ARTICLE_CARD,
    Surface.SHORT_VIDEO: Scene.SHORT_VIDEO,
    Surface.LIVE_ROOM: Scene.LIVE_ROOM,
    Surface.WINDOW: Scene.WINDOW_HOME,
    **dict.fromkeys(
        (
            Surface.CHAT,
            Surface.INPUT_BOX,
            Surface.GIFT_CARD,
            Surface.WEB,
            Surface.QR,
            Surface.SHORT_LINK,
            Surface.TAGLINK,
            Surface.PACKAGE,
        ),
        Scene.PRODUCT_SHARE,
    ),
}

_BARS: Final = {
    Surface.LIVE_ROOM: Bar.LIVE_ROOM,
    Surface.SHORT_VIDEO: Bar.SHORT_VIDEO,
    Surface.SHOP_HOME: Bar.WINDOW,
    Surface.WINDOW: Bar.WINDOW,
    Surface.SEARCH: Bar.SEARCH,
    Surface.FEED: Bar.RECOMMENDATION,
    # On a product's page stand cards of other products: those that go with it.
    Surface.PRODUCT_PAGE: Bar.RECOMMENDATION,
    **dict.fromkeys(
        (
            Surface.ARTICLE,
            Surface.MINI_PAGE,
            Surface.CHAT,
            Surface.INPUT_BOX,
            Surface.ORDER_CENTER,
            Surface.GIFT_CARD,
            Surface.WEB,
            Surface.QR,
            Surface.SHORT_LINK,
            Surface.TAGLINK,
            Surface.PACKAGE,
        ),
        Bar.CARDS,
    ),
}


def scene_of(surface: int) -> Scene:
    """What orders from this surface say on the wire."""
    return _SCENES.get(Surface(surface), Scene.OTHER)


def barred_by(surface: int) -> frozenset[int]:
    """The scenes of section 3.7 that keep a product off this surface.

    What may not be sold (9) is offered nowhere; what somebody saved or saw (18) stays his to see.
    """
    bar = _BARS.get(Surface(surface))
    return frozenset({Bar.SALE} if bar is None else {Bar.SALE, bar})
