"""Requests and answers of windows (contract family league_window), and of those who own them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from tongshang.modules.catalog.api import ProductCard
from tongshang.modules.identity.api import Party
from tongshang.modules.league.domain.windows import WindowAuth, WindowItem
from tongshang.modules.league.wire.agencies import ProductInfo
from tongshang.modules.league.wire.plans import Id, PageSize
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import Id as OurId

Offset = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
WholePage = Annotated[int, msgspec.Meta(ge=1, le=500)]


class AuthAsk(msgspec.Struct):
    finder_id: str = ""
    openid: str = ""
    talent_appid: str = ""


class AuthQuery(AuthAsk):
    openfinderid: str = ""


class AuthInfo(msgspec.Struct):
    auth_wxa_appid: str
    auth_wxa_path: str
    auth_wxa_username: str
    auth_url: str
    nickname: str
    head_img_url: str


class AuthReply(WireReply):
    auth_info: AuthInfo | msgspec.UnsetType = msgspec.UNSET
    openfinderid: str = ""


class AuthStatus(WireReply):
    window_auth_status: int = 0
    openfinderid: str = ""
    opentalentid: str = ""


class WindowRef(msgspec.Struct):
    appid: str = ""
    finder_id: str = ""
    openfinderid: str = ""
    opentalentid: str = ""

    def names(self) -> dict[str, str]:
        """The promoter, in the way that is given; both kinds of finder id are ours."""
        finder = self.openfinderid or self.finder_id
        return {"finder_id": finder} if finder else {"appid": self.opentalentid}


class WindowAdd(WindowRef):
    product_id: Id = 0
    product_link: str = ""
    plan_type: int | None = None
    is_hide_for_window: bool = False


class WindowProduct(WindowRef):
    product_id: Id = 0


class WindowTake(WindowProduct):
    product_window_id: Id = 0


class WindowQuery(WindowRef):
    offset: Offset = 0
    page_size: WholePage = 100
    need_total_num: bool = False
    is_get_all: bool = False


class WindowListed(msgspec.Struct):
    appid: str
    product_id: str
    head_supplier_id: str

    @classmethod
    def of(cls, item: WindowItem, shops: Mapping[int, Party]) -> "WindowListed":
        """A product in a window, its shop, and whose goods it is (0: of a plan for promoters)."""
        shop = shops.get(item.shop_id)
        return cls(shop.appid if shop else "", str(item.product_id), str(item.agency_id))


class WindowPage(WireReply):
    items: list[WindowListed] = msgspec.field(name="list", default_factory=list)
    next_offset: int = 0
    have_more: bool = False
    total_num: int | msgspec.UnsetType = msgspec.UNSET


class WindowDetail(msgspec.Struct):
    appid: str
    product_id: int  # a number in the platform's sample
    product_info: ProductInfo


class WindowReply(WireReply):
    product_detail: WindowDetail | msgspec.UnsetType = msgspec.UNSET


# --- the owner's side --------------------------------------------------------------------------


class Paged(msgspec.Struct, forbid_unknown_fields=True):
    limit: PageSize = 20
    next_key: str = ""


class AgencyRef(msgspec.Struct, forbid_unknown_fields=True):
    agency_id: OurId


class Scanned(msgspec.Struct, forbid_unknown_fields=True):
    """What an agency's live protection code says."""

    code: Annotated[str, msgspec.Meta(max_length=200)]


class AuthView(msgspec.Struct):
    """An agency that asks for a promoter's window, or (state 1) may change it."""

    agency_id: str
    agency_name: str
    icon_url: str
    state: int
    asked_at: datetime

    @classmethod
    def of(cls, auth: WindowAuth, agencies: Mapping[int, Party]) -> "AuthView":
        """An agency as the promoter sees it."""
        agency = agencies.get(auth.agency_id)
        name, icon = (agency.name, agency.icon_url) if agency else ("", "")
        return cls(str(auth.agency_id), name, icon, auth.state, auth.asked_at)


class AuthPage(msgspec.Struct):
    """Agencies that asked for a window; `next_key` is empty on the last page."""

    agencies: list[AuthView]
    next_key: str = ""


class PromoterView(msgspec.Struct):
    """A promoter whose window an agency asked for, or (state 1) may change."""

    promoter_id: str
    promoter_name: str
    icon_url: str
    state: int
    asked_at: datetime

    @classmethod
    def of(cls, auth: WindowAuth, promoters: Mapping[int, Party]) -> "PromoterView":
        """A promoter as the agency sees him."""
        party = promoters.get(auth.promoter_id)
        name, icon = (party.name, party.icon_url) if party else ("", "")
        return cls(str(auth.promoter_id), name, icon, auth.state, auth.asked_at)


class PromoterPage(msgspec.Struct):
    """Promoters of an agency; `next_key` is empty on the last page."""

    promoters: list[PromoterView]
    next_key: str = ""


class AuthState(msgspec.Struct):
    """Whether the agency may change the window now: 1 it may."""

    state: int


class PutIn(msgspec.Struct, forbid_unknown_fields=True):
    """A product for one's window; `link` where an agency offers it."""

    product_id: OurId
    link: Annotated[str, msgspec.Meta(max_length=60)] = ""
    is_hidden: bool = False


class ProductRef(msgspec.Struct, forbid_unknown_fields=True):
    product_id: OurId


class Arrange(msgspec.Struct, forbid_unknown_fields=True):
    """Hide or show a product, or (`to_top`) put it first."""

    product_id: OurId
    is_hidden: bool | None = None
    to_top: bool = False


class EntryView(msgspec.Struct):
    """A product in one's own window; `ratio_ppm` is what one gets of its price now."""

    product_id: str
    shop_id: str
    shop_name: str
    title: str
    picture_url: str
    price_fen: int
    is_on_sale: bool
    is_hidden: bool
    ratio_ppm: int
    earns_fen: int
    agency_id: str  # 0: of the shop's own plan
    agency_name: str
    added_at: datetime

    @classmethod
    def of(
        cls,
        item: WindowItem,
        card: ProductCard | None,
        parties: Mapping[int, Party],
        earns: tuple[int, int],
        *,
        is_on_sale: bool,
    ) -> "EntryView":
        """An entry as its owner sees it; `earns` is the ratio and what one piece brings."""
        shop, agency = parties.get(item.shop_id), parties.get(item.agency_id)
        return cls(
            str(item.product_id),
            str(item.shop_id),
            shop.name if shop else "",
            card.title if card else "",
            card.picture_url if card else "",
            card.price_fen if card else 0,
            is_on_sale,
            item.is_hidden,
            *earns,
            str(item.agency_id),
            agency.name if agency else "",
            item.added_at,
        )


class EntryPage(msgspec.Struct):
    """One's own window, in its order; `next_key` is empty on the last page."""

    entries: list[EntryView]
    total: int
    next_key: str = ""


def faces(parties: Sequence[WindowItem]) -> list[int]:
    """Whom entries name: shops and agencies."""
    named = {one.shop_id for one in parties} | {one.agency_id for one in parties}
    return sorted(named - {0})
