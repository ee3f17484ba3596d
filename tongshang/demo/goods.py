"""What the demo market is made of: shops, goods, promoters, buyers and stories, as values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from tongshang.demo.recipe import Recipe, Scene

FOOD_ROOT: Final = 1003
LEVELS: Final = 3


class Category(msgspec.Struct, frozen=True):
    """A node of the market's own tree; only leaves carry fees and take goods."""

    id: int
    parent_id: int
    name: str
    name_en: str
    is_leaf: bool
    fee_ppm: int
    deposit_fen: int
    confirm_receipt_days: int
    seven_day_return: bool
    head_pictures_min: int


class Still(msgspec.Struct, frozen=True):
    """What is to be seen in a picture, before it is known in which scene."""

    thing: str
    palette: str = ""
    tint: str = ""
    motif: str = ""
    others: tuple[str, ...] = ()
    seed: int = 0

    def recipe(self, scene: Scene, palette: str = "") -> Recipe:
        """The picture of it in a scene."""
        return Recipe(
            scene=scene,
            palette=self.palette or palette,
            thing=self.thing,
            tint=self.tint,
            motif=self.motif,
            others=self.others,
            seed=self.seed,
        )


class Shop(msgspec.Struct, frozen=True):
    """A shop with its face: name, slogan, colours, icon, banner."""

    key: str
    name: str
    name_en: str
    slogan: str
    slogan_en: str
    about: str
    palette: str
    colour: str
    paper: str
    icon: Still
    banner: Still
    city_code: str
    freight_fen: int
    free_freight_from_fen: int

    @property
    def icon_picture(self) -> Recipe:
        """The square mark of the shop."""
        return self.icon.recipe(Scene.SHOP_ICON, self.palette)

    @property
    def banner_picture(self) -> Recipe:
        """The wide picture over its home page."""
        return self.banner.recipe(Scene.COVER, self.palette)


class Sku(msgspec.Struct, frozen=True):
    """One buyable kind of a product."""

    code: str
    attrs: tuple[tuple[str, str], ...]
    price_fen: int
    market_fen: int
    stock: int
    picture: Recipe


class Product(msgspec.Struct, frozen=True):
    """A product with everything that a listing needs."""

    code: str
    shop: str
    category: Category
    category_path: tuple[int, ...]
    title: str
    title_en: str
    short_title: str
    about: str
    about_en: str
    weight_grams: int
    commission_ppm: int
    source: str
    skus: tuple[Sku, ...]
    head_pictures: tuple[Recipe, ...]

    @property
    def is_food(self) -> bool:
        """Food shows at least four pictures."""
        return FOOD_ROOT in self.category_path

    @property
    def description_pictures(self) -> tuple[Recipe, ...]:
        """The pictures under the text: all views but the plain one that leads the listing."""
        return self.head_pictures[1:]


class Promoter(msgspec.Struct, frozen=True):
    """A person who carries goods: writes, films or hosts."""

    key: str
    name: str
    name_en: str
    kind: Literal["article_author", "video_creator", "live_host"]
    bio: str
    bio_en: str
    avatar: Still
    followers: int
    phone: str

    @property
    def avatar_picture(self) -> Recipe:
        """The promoter's face."""
        return self.avatar.recipe(Scene.AVATAR, "people")


class Plan(msgspec.Struct, frozen=True):
    """What a shop offers one promoter for one product."""

    promoter: str
    product: str
    kind: Literal["targeted", "exclusive"]
    commission_ppm: int


class Buyer(msgspec.Struct, frozen=True):
    """A person who buys, with an address whose divisions are real and whose street is not."""

    key: str
    nickname: str
    nickname_en: str
    avatar: str
    seed: int
    receiver: str
    phone: str
    province_code: str
    province: str
    city_code: str
    city: str
    county_code: str
    county: str
    street: str
    about: str
    about_en: str

    @property
    def avatar_picture(self) -> Recipe:
        """An animal, as people here like to be seen."""
        return Recipe(scene=Scene.AVATAR, palette="people", thing=self.avatar, seed=self.seed)


class Content(msgspec.Struct, frozen=True):
    """An article, a short video or a live room; `body` is empty but for articles."""

    key: str
    kind: Literal["article", "video", "live"]
    author: str
    title: str
    title_en: str
    summary: str
    days_ago: int
    cover: Still
    seconds: int = 0
    products: tuple[str, ...] = ()
    body: str = ""

    @property
    def cover_picture(self) -> Recipe:
        """Wide for reading, upright for watching."""
        return self.cover.recipe(Scene.COVER if self.kind == "article" else Scene.POSTER)


class Market(msgspec.Struct, frozen=True):
    """Everything that `make demo` puts on the platform."""

    categories: tuple[Category, ...]
    shops: tuple[Shop, ...]
    products: tuple[Product, ...]
    promoters: tuple[Promoter, ...]
    plans: tuple[Plan, ...]
    buyers: tuple[Buyer, ...]
    contents: tuple[Content, ...]

    def pictures(self) -> Iterator[Recipe]:
        """Every picture of the market, some more than once."""
        for shop in self.shops:
            yield from (shop.icon_picture, shop.banner_picture)
        for product in self.products:
            yield from product.head_pictures
            yield from (sku.picture for sku in product.skus)
        yield from (promoter.avatar_picture for promoter in self.promoters)
        yield from (buyer.avatar_picture for buyer in self.buyers)
        yield from (content.cover_picture for content in self.contents)
