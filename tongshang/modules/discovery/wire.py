"""Feed, follows, kept items, homes of creators and shops as programs and pages see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

import msgspec

from tongshang.modules.discovery.domain import (
    CLASS_GOODS_MAX,
    CLASSES_MAX,
    FIRST_MAX,
    HIDDEN_MAX,
    Lane,
    Part,
    PostKind,
    Tab,
)
from tongshang.modules.identity.api import Party, PartyKind
from tongshang.modules.surfaces.api import CardView, ShopCardView
from tongshang.runtime.wire import Id

NO_NUL: Final = r"^[^\x00-\x1f]*$"
NOT_BLANK: Final = r"^(?=.*\S)[^\x00-\x1f]*$"
PageSize = Annotated[int, msgspec.Meta(ge=1, le=50)]
Key = Annotated[str, msgspec.Meta(max_length=4_000)]
ItemKind = Annotated[str, msgspec.Meta(pattern="^(|content|product|shop)$")]
ContentName = Annotated[str, msgspec.Meta(pattern="^(|article|short_video|live_room|mini_page)$")]


def lane(name: str) -> Lane | None:
    """The lane that a request names; empty: all."""
    return Lane[name.upper()] if name else None


# --- what is asked ---------------------------------------------------------------------------------


class FeedQuery(msgspec.Struct, forbid_unknown_fields=True):
    """`tab` is recommended, following, friends, nearby or hot."""

    tab: Tab = Tab.RECOMMENDED
    limit: PageSize = 12
    next_key: Key = ""


class ItemRef(msgspec.Struct, forbid_unknown_fields=True):
    item_id: Id


class FollowRequest(msgspec.Struct, forbid_unknown_fields=True):
    party_id: Id
    follows: bool = True


class SaveRequest(msgspec.Struct, forbid_unknown_fields=True):
    item_id: Id
    saved: bool = True


class KeptQuery(msgspec.Struct, forbid_unknown_fields=True):
    """`kind` is content, product or shop; empty for all."""

    kind: ItemKind = ""
    limit: PageSize = 20
    next_key: Key = ""


class ForgetRequest(msgspec.Struct, forbid_unknown_fields=True):
    """One item, or without one the whole history."""

    item_id: Id | None = None


class ChoicesPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    keeps_history: bool | None = None
    shows_purchases: bool | None = None


class PartyRef(msgspec.Struct, forbid_unknown_fields=True):
    party_id: Id


class PartyQuery(msgspec.Struct, forbid_unknown_fields=True):
    party_id: Id
    kind: ContentName = ""
    limit: PageSize = 20
    next_key: Key = ""


class GoodsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """A party's goods; `class_id` is one of the shop's own classes, 0: all."""

    party_id: Id
    class_id: Annotated[int, msgspec.Meta(ge=0, le=CLASSES_MAX)] = 0
    limit: PageSize = 20
    next_key: Key = ""


class ArrangeRequest(msgspec.Struct, forbid_unknown_fields=True):
    """`first` in their order; the banner leads to a product, or nowhere."""

    banner_url: Annotated[str, msgspec.Meta(max_length=300, pattern=NO_NUL)] = ""
    banner_product_id: Id | None = None
    first: Annotated[list[Id], msgspec.Meta(max_length=FIRST_MAX)] = []
    hidden: Annotated[list[Id], msgspec.Meta(max_length=HIDDEN_MAX)] = []


class ClassDraft(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=10, pattern=NOT_BLANK)]
    product_ids: Annotated[list[Id], msgspec.Meta(max_length=CLASS_GOODS_MAX)] = []


class ClassesRequest(msgspec.Struct, forbid_unknown_fields=True):
    classes: Annotated[list[ClassDraft], msgspec.Meta(max_length=CLASSES_MAX)]


class ProductRef(msgspec.Struct, forbid_unknown_fields=True):
    product_id: Id


class OrdersRequest(msgspec.Struct, forbid_unknown_fields=True):
    order_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=50)]


class PlaceRequest(msgspec.Struct, forbid_unknown_fields=True):
    """As an address names them: 浙江省, 杭州市."""

    province: Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern=NOT_BLANK)]
    city: Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern=NOT_BLANK)]


class WeightPatch(msgspec.Struct, forbid_unknown_fields=True):
    part: Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern=NO_NUL)]
    points: Annotated[int, msgspec.Meta(ge=0, le=10_000)]


# --- what is answered -------------------------------------------------------------------------------


class Author(msgspec.Struct):
    """Who speaks or sells: `kind` is promoter or shop."""

    party_id: str
    kind: str
    name: str
    name_en: str
    intro: str
    icon_url: str

    @classmethod
    def of(cls, party_id: int, party: Party | None) -> "Author":
        """A party as people see it; one that is gone has no name."""
        if party is None:
            return cls(str(party_id), "", "", "", "", "")
        return cls(
            str(party_id), party.kind.value, party.name, party.name_en, party.intro, party.icon_url
        )


class Reason(msgspec.Struct):
    """Why something is here, in one line of each language; `part` is the part of the ranking."""

    part: Part
    text: str
    text_zh: str


class Item(msgspec.Struct):
    """Something found: a content with its first cards, a product as its card, or a shop with some
    of its goods. `is_available` is False where it was kept and is gone or off sale since.
    """

    item_id: str
    kind: str
    at: datetime
    author: Author
    title: str = ""
    picture_url: str = ""
    seconds: int = 0
    starts_at: datetime | None = None
    is_live: bool = False
    is_available: bool = True
    card: CardView | None = None
    cards: list[CardView] = []
    card_count: int = 0
    reason: Reason | None = None


class FeedPage(msgspec.Struct):
    """A page of the feed. `note` says why there is nothing: sign_in, no_follows, no_friends,
    no_address, nothing. `city` is where `nearby` looks.
    """

    tab: Tab
    items: list[Item]
    next_key: str = ""
    note: str = ""
    city: str = ""


class WhyPart(msgspec.Struct):
    part: Part
    points: int
    text: str
    text_zh: str


class Why(msgspec.Struct):
    """What an item gets points for, before what repeats is taken off; and all weights."""

    item_id: str
    points: int
    parts: list[WhyPart]
    weights: dict[str, int]


class Weights(msgspec.Struct):
    weights: dict[str, int]


class Standing(msgspec.Struct):
    follows: bool
    followers: int


class Followed(msgspec.Struct):
    author: Author
    followers: int
    since: datetime


class FollowPage(msgspec.Struct):
    parties: list[Followed]
    count: int
    next_key: str = ""


class SavedState(msgspec.Struct):
    saved: bool


class KeptPage(msgspec.Struct):
    """What was kept or looked at, the latest first; `at` of an item is when."""

    items: list[Item]
    next_key: str = ""
    keeps: bool = True


class ChoicesView(msgspec.Struct):
    """`shows_purchases`: friends see what you bought, from the moment you allow it."""

    keeps_history: bool
    shows_purchases: bool


class ClassView(msgspec.Struct):
    """One of a shop's own classes, and how many goods are in it."""

    class_id: int
    name: str
    count: int


class ArrangedGood(msgspec.Struct):
    """`place` counts from 1 among what comes first; 0: by time."""

    product_id: str
    title: str
    picture_url: str
    price_fen: int
    place: int
    is_hidden: bool
    class_ids: list[int]


class ArrangementView(msgspec.Struct):
    """A shop's home as its owner arranged it; `banner_product_id` "0": it leads nowhere."""

    banner_url: str
    banner_product_id: str
    goods: list[ArrangedGood]
    classes: list[ClassView]


class Home(msgspec.Struct):
    """Where a creator or shop is at home, and how it stands with you."""

    author: Author
    followers: int
    follows: bool
    province: str
    city: str
    live: list[Item]
    banner_url: str = ""
    banner: CardView | None = None
    classes: list[ClassView] = []


class ItemPage(msgspec.Struct):
    items: list[Item]
    next_key: str = ""


class Around(msgspec.Struct):
    """What stands around a product: its card now, contents that carry it (the newest first), and
    other goods of its shop.
    """

    card: CardView
    carriers: list[Item]
    goods: list[Item]


class OrderEntries(msgspec.Struct):
    """The ways on from an order: its shop, and each of its products (by line) as it is now."""

    order_id: str
    shop: ShopCardView
    cards: list[CardView]


class EntriesPage(msgspec.Struct):
    orders: list[OrderEntries]


class Place(msgspec.Struct):
    province: str
    city: str


KIND_NAMES: Final[Mapping[PostKind, str]] = {kind: kind.name.lower() for kind in PostKind}
IS_PARTY: Final = frozenset({PartyKind.SHOP, PartyKind.PROMOTER})
