"""Search as people and programs ask and read it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tongshang.modules.search.domain.asking import Filters, Sort
from tongshang.modules.search.domain.ranking import Candidate
from tongshang.modules.search.domain.words import Occasion
from tongshang.modules.surfaces.api import CardView, ShopCardView
from tongshang.modules.surfaces.api import Content as ShownContent

# An id: digits in a string, as we give it, or a number.
Id: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    | Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,18}$|^[1-8][0-9]{18}$")]
)
Fen: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
# Only the first 60 characters count; what is longer than this was not typed by anybody.
Typed: TypeAlias = Annotated[str, msgspec.Meta(max_length=2_000)]
NO_NUL: Final = r"^[^\x00]*$"
Tab: TypeAlias = Literal["all", "product", "shop", "content", "gift"]


class SearchQuery(msgspec.Struct, forbid_unknown_fields=True):
    """What is looked for. `literal`: as it was typed, without mending what may be mistyped."""

    q: Typed = ""
    tab: Tab = "all"
    sort: Sort = Sort.RELEVANCE
    cat_id: Id = 0
    shop_id: Id = 0
    badge: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    occasion: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    in_stock: bool = False
    free_freight: bool = False
    price_from_fen: Fen = 0
    price_to_fen: Fen = 0
    literal: bool = False
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20
    next_key: Annotated[str, msgspec.Meta(max_length=400)] = ""

    @property
    def filters(self) -> Filters:
        """What the found must be besides."""
        return Filters(
            cat_id=int(self.cat_id),
            shop_id=int(self.shop_id),
            badge=self.badge,
            in_stock=self.in_stock,
            free_freight=self.free_freight,
            occasion=self.occasion,
            price_from=self.price_from_fen,
            price_to=self.price_to_fen,
        )

    @property
    def question(self) -> tuple[object, ...]:
        """What a cursor belongs to."""
        return ("search", self.q, self.tab, self.sort.value, self.filters, self.literal)


class Mark(msgspec.Struct):
    """Characters of a title, from `begin` up to `end`, that were looked for."""

    begin: int
    end: int


class CountView(msgspec.Struct):
    """How many fit; `is_more` where there are still more than that."""

    count: int
    is_more: bool = False


class Counts(msgspec.Struct):
    """How many fit under each tab."""

    all: CountView
    product: CountView
    shop: CountView
    content: CountView
    gift: CountView


class ProductHit(msgspec.Struct):
    card: CardView
    marks: list[Mark]
    sold: int


class ShopHit(msgspec.Struct):
    card: ShopCardView
    marks: list[Mark]
    product_count: int


class ContentHit(msgspec.Struct):
    content_id: str
    kind: str
    title: str
    cover_url: str
    author: str
    published_at: datetime | None
    marks: list[Mark]

    @classmethod
    def of(cls, content: ShownContent, author: str, marks: list[Mark]) -> "ContentHit":
        """A content as it is found."""
        return cls(
            str(content.content_id),
            content.kind.name.lower(),
            content.title,
            content.cover_url,
            author,
            content.published_at,
            marks,
        )


class GroupHit(msgspec.Struct):
    """A group of presents: an occasion to give. Its goods: `tab=gift&occasion=…`."""

    occasion: int
    title: str
    title_en: str
    names: list[str]

    @classmethod
    def of(cls, occasion: Occasion) -> "GroupHit":
        """An occasion as it is found."""
        return cls(occasion.number, occasion.title, occasion.title_en, list(occasion.names))


class CategoryHit(msgspec.Struct):
    """A category that many of the found stand in."""

    cat_id: str
    name: str
    name_en: str
    count: int


class PastedView(msgspec.Struct, omit_defaults=True):
    """Where a link or 口令 that was put into the box leads."""

    kind: Literal["product", "shop", "content", "gift"]
    url: str
    card: CardView | None = None
    shop: ShopCardView | None = None


class SearchPage(msgspec.Struct):
    """What was found. `shown` is the query as it was understood.

    `is_corrected`: nothing fits what was typed, so this is for `shown`. `meant`: something else
    that may have been meant. `is_lenient`: nothing has all of the words, these have some.
    """

    q: str
    tab: Tab
    shown: str
    is_corrected: bool
    meant: str
    is_lenient: bool
    counts: Counts
    products: list[ProductHit]
    shops: list[ShopHit]
    contents: list[ContentHit]
    groups: list[GroupHit]
    categories: list[CategoryHit]
    help: list[str]
    pasted: PastedView | None = None
    next_key: str = ""


class SuggestQuery(msgspec.Struct, forbid_unknown_fields=True):
    q: Typed = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=20)] = 10


class Suggestion(msgspec.Struct):
    """What may be meant by what was begun: a word, shop, title, category or popular query."""

    text: str
    kind: Literal["word", "shop", "title", "category", "query"]
    marks: list[Mark]


class Suggestions(msgspec.Struct):
    suggestions: list[Suggestion]


class Queries(msgspec.Struct):
    """Queries, and whether this person's are remembered."""

    queries: list[str]
    keeps: bool = False


class AskedNote(msgspec.Struct, forbid_unknown_fields=True):
    q: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class RecentRef(msgspec.Struct, forbid_unknown_fields=True):
    """One of one's own queries; all of them where it is empty."""

    q: Typed = ""


class Consent(msgspec.Struct, forbid_unknown_fields=True):
    keeps: bool


class SynonymDraft(msgspec.Struct, forbid_unknown_fields=True):
    words: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=16, pattern=NO_NUL)]],
        msgspec.Meta(min_length=2, max_length=20),
    ]


class SynonymRef(msgspec.Struct, forbid_unknown_fields=True):
    group_id: Id


class SynonymView(msgspec.Struct):
    group_id: str
    words: list[str]


class Synonyms(msgspec.Struct):
    """The platform's own groups; those of the file `words.toml` count beside them."""

    groups: list[SynonymView]


def marks(spans: Sequence[tuple[int, int]]) -> list[Mark]:
    """Spans as an answer has them."""
    return [Mark(begin, end) for begin, end in spans]


def categories_in(
    candidates: Sequence[Candidate], names: Mapping[int, tuple[str, str]], most: int
) -> list[CategoryHit]:
    """The leaves in which most of the found stand."""
    counts: dict[int, int] = {}
    for one in candidates:
        if one.cat_ids:
            counts[one.cat_ids[-1]] = counts.get(one.cat_ids[-1], 0) + 1
    order = sorted(counts, key=lambda cat_id: (-counts[cat_id], cat_id))
    return [
        CategoryHit(str(cat_id), *names[cat_id], counts[cat_id])
        for cat_id in order[:most]
        if cat_id in names
    ]
