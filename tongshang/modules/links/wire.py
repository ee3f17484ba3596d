"""Links as shops, promoters, buyers and other sites ask for them."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

import msgspec

from tongshang.modules.links.domain import SubjectKind
from tongshang.modules.links.pasted import TEXT_MAX
from tongshang.modules.surfaces.api import CardView
from tongshang.runtime.rpc import WireReply

# An id: digits in a string, as we give it, or a number.
Id: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    | Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,18}$|^[1-8][0-9]{18}$")]
)
NO_NUL = r"^[^\x00]*$"  # what PostgreSQL keeps in no text
WireId: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Token = Annotated[str, msgspec.Meta(max_length=400)]
Code = Annotated[str, msgspec.Meta(max_length=64)]
Corp = Annotated[str, msgspec.Meta(max_length=64, pattern=NO_NUL)]
SurfaceNumber = Annotated[int, msgspec.Meta(ge=1, le=19)]

KINDS = {kind.name.lower(): kind for kind in SubjectKind}


# --- the wire ----------------------------------------------------------------------------------


class Bound(msgspec.Struct, kw_only=True):
    """A link may be bound to one of the shop's WeCom people."""

    wecom_corp_id: Corp = ""
    wecom_user_id: Corp = ""


class ShopLinkRequest(Bound, kw_only=True):
    """A link to the shop that asks."""


class ProductLinkRequest(Bound, kw_only=True):
    """A link to one of the shop's products."""

    product_id: WireId


class ShopQrRequest(Bound, kw_only=True):
    """1: a QR code. 2: a poster."""

    qrcode_type: Annotated[int, msgspec.Meta(ge=1, le=2)] = 1


class ProductQrRequest(Bound, kw_only=True):
    """1: a QR code. 2: a poster. 3: a poster for giving (section 3.7)."""

    product_id: WireId
    qrcode_type: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1


class SchemeRequest(msgspec.Struct, kw_only=True):
    """An openlink for the app `from_appid`, good for `expire` seconds."""

    product_id: WireId
    from_appid: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=NO_NUL)]
    expire: Annotated[int, msgspec.Meta(ge=1, le=30 * 86_400)]
    ext_info: Annotated[str, msgspec.Meta(max_length=128, pattern=NO_NUL)] = ""


class ShopH5Url(WireReply, kw_only=True):
    shop_h5url: str


class ShopTaglink(WireReply, kw_only=True):
    shop_taglink: str


class ShopQr(WireReply, kw_only=True):
    shop_qrcode: str


class ProductH5Url(WireReply, kw_only=True):
    product_h5url: str


class ProductTaglink(WireReply, kw_only=True):
    product_taglink: str


class ProductQr(WireReply, kw_only=True):
    product_qrcode: str


class ProductScheme(WireReply, kw_only=True):
    openlink: str


# --- links opened and read ----------------------------------------------------------------------


class LinkOpen(msgspec.Struct, forbid_unknown_fields=True):
    code: Code


class LinkTarget(msgspec.Struct):
    """Where a code leads. `token` opens a product's page with its card, and a gift."""

    kind: str
    subject_id: str
    shop_id: str
    surface: int
    token: str


class OpenlinkOpen(msgspec.Struct, forbid_unknown_fields=True):
    token: Token


class OpenlinkTarget(msgspec.Struct):
    """Where an openlink leads; past its time it leads there too, but credits nobody."""

    product_id: str
    shop_id: str
    token: str
    expired: bool
    ext_info: str


class PastedText(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]


class Pasted(msgspec.Struct):
    """What a pasted text means: a product or shop with its card, or something by its id."""

    kind: str
    subject_id: str
    is_available: bool
    card: CardView | None = None


# --- links made --------------------------------------------------------------------------------


class SubjectRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What to link to: a link's code, the card that one came by (its token), or a thing's id."""

    code: Code = ""
    token: Token = ""
    product_id: Id = 0
    shop_id: Id = 0
    content_id: Id = 0


class PromoterLinkRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What a promoter links to in their own name."""

    product_id: Id = 0
    shop_id: Id = 0
    content_id: Id = 0


class LinkForms(msgspec.Struct):
    """One thing in all forms in which it travels; what has none of a form says an empty text."""

    kind: str
    subject_id: str
    title: str
    picture_url: str
    link_code: str
    url: str
    taglink: str
    qr_url: str
    poster_url: str
    poster_pdf_url: str
    gift_poster_url: str
    embed_url: str
    embed_script: str
    embed_frame: str


class ShareRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What a buyer shows to others, and on which surface; without a parent it is looked for."""

    token: Token = ""
    product_id: Id = 0
    shop_id: Id = 0
    content_id: Id = 0
    to_surface: SurfaceNumber = 16
    parent_share_id: Id = 0


class ShareMade(msgspec.Struct):
    """A share: its card's token (of products) and its forms all carry its id."""

    share_id: str
    token: str
    forms: LinkForms


class ShareQuery(msgspec.Struct, forbid_unknown_fields=True):
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20
    next_key: Annotated[str, msgspec.Meta(max_length=200)] = ""


class ShareRef(msgspec.Struct, forbid_unknown_fields=True):
    share_id: Id


class ShareView(msgspec.Struct):
    """One's own share in figures; who opened it is not told."""

    share_id: str
    kind: str
    subject_id: str
    to_surface: int
    at: datetime
    title: str
    picture_url: str
    openings: int
    openers: int
    shown_on: int


class Generation(msgspec.Struct):
    """Shares that came from a share, `depth` steps below it, and how they were opened."""

    depth: int
    shares: int
    openings: int
    openers: int


class ShareTree(msgspec.Struct):
    """What came of a share, generation by generation."""

    share: ShareView
    generations: list[Generation]


class SharePage(msgspec.Struct):
    """One's shares, the newest first; `next_key` is empty on the last page."""

    shares: list[ShareView]
    next_key: str = ""


# --- pictures and other sites -------------------------------------------------------------------


class PaperRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Which product is to be on paper."""

    product_id: Id


class PaperCodes(msgspec.Struct):
    """The codes of a product's poster for giving, and of its card for parcels."""

    poster_code: str
    insert_code: str


class PictureRequest(msgspec.Struct, forbid_unknown_fields=True):
    code: Code
    form: Literal["qr", "poster", "insert"] = "qr"
    kind: Literal["png", "svg", "pdf"] = "png"


class DrawnPicture(msgspec.Struct):
    """A picture of a link, and what kind of file it is."""

    media_type: str
    content: bytes


class EmbedRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What another site shows: a card by its token, or a thing by its id."""

    token: Token = ""
    product_id: Id = 0
    shop_id: Id = 0
    content_id: Id = 0


class EmbedView(msgspec.Struct):
    """What another site shows of a product, a shop or a content, as it is now."""

    kind: str
    title: str
    text: str
    picture_url: str
    place: str
    is_available: bool
    cards: list[CardView]


class OembedRequest(msgspec.Struct, forbid_unknown_fields=True):
    url: Annotated[str, msgspec.Meta(max_length=2_000)]
    maxwidth: Annotated[int, msgspec.Meta(ge=0)] = 0
    maxheight: Annotated[int, msgspec.Meta(ge=0)] = 0


class Oembed(msgspec.Struct, kw_only=True):
    """What oEmbed 1.0 answers, under its own names; a picture has its three together or none."""

    type: str = "rich"
    version: str = "1.0"
    title: str
    author_name: str
    provider_name: str = "通商 Tongshang"
    provider_url: str
    cache_age: int = 3_600
    html: str
    width: int
    height: int
    thumbnail_url: str | None = None
    thumbnail_width: int | None = None
    thumbnail_height: int | None = None


class SitePartsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """All parts of all kinds."""


class SiteRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Which pages of one kind, from the id `after` on."""

    kind: Literal["product", "shop", "content"]
    after: Id = 0


class SitePage(msgspec.Struct):
    """A page that anybody may find: its subject's id, and when it last changed."""

    subject_id: str
    changed_at: datetime | None = None


class SitePages(msgspec.Struct):
    pages: list[SitePage]


class SiteParts(msgspec.Struct):
    """After which ids the parts of a sitemap begin."""

    products: list[str]
    contents: list[str]
    shops: list[str]
