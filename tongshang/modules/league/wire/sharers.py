"""Requests and answers of agencies about their sharers (contract family promoter_binding).

Ratios are of 1,000,000 (reference section 7.4). Ids of sharers, shops and promoters are appids.
"""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

import msgspec

from tongshang.modules.identity.api import Party
from tongshang.modules.league.domain.sharers import Bond, TalentBond
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import seconds

NO_NUL = r"^[^\x00]*$"  # what PostgreSQL keeps in no text
Appid: TypeAlias = Annotated[str, msgspec.Meta(max_length=64, pattern=NO_NUL)]
Key: TypeAlias = Annotated[str, msgspec.Meta(max_length=400, pattern=NO_NUL)]
Size: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=100)]
Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class StatusQuery(msgspec.Struct, kw_only=True):
    sharer_appid: Appid = ""
    sharer_openid: Appid = ""
    is_simple_register: bool = False


class StatusReply(WireReply, kw_only=True):
    bind_status: int
    bind_business_type: str = ""
    bind_query_string: str = ""
    register_status: int = 0
    register_business_type: str = ""
    register_query_string: str = ""
    sharer_appid: str = ""


class SharerQuery(msgspec.Struct, kw_only=True):
    sharer_appid: Appid = ""
    sharer_openid: Appid = ""
    next_key: Key = ""
    page_size: Size = 10


class SharerInfo(msgspec.Struct):
    sharer_appid: str
    nickname: str
    head_img_url: str
    bind_time: int
    commission_type: int
    commission_ratio: int

    @classmethod
    def of(cls, bond: Bond, party: Party) -> "SharerInfo":
        """A sharer as his agency sees him."""
        told = party.appid, party.name, party.icon_url, seconds(bond.bound_at)
        return cls(*told, bond.pay, bond.ratio_ppm)


class SharerPage(WireReply, kw_only=True):
    sharer_info_list: list[SharerInfo] = msgspec.field(default_factory=list)
    next_key: str = ""


class SharerRef(msgspec.Struct, kw_only=True):
    sharer_appid: Appid = ""


class PayRequest(msgspec.Struct, kw_only=True):
    sharer_appid: Appid = ""
    commission_type: int
    commission_ratio: int = 0


class RatioQuery(msgspec.Struct, kw_only=True):
    sharer_appid: Appid = ""
    product_id: Number


class RatioRequest(msgspec.Struct, kw_only=True):
    sharer_appid: Appid = ""
    product_id: Number
    commission_ratio: int


class RatioReply(WireReply, kw_only=True):
    is_set: bool
    commission_ratio: int = 0


class ShopQuery(msgspec.Struct, kw_only=True):
    next_key: Key = ""
    page_size: Size = 10


class ShopInfo(msgspec.Struct):
    shop_appid: str
    shop_nickname: str
    shop_head_img: str
    bind_time: int


class ShopPage(WireReply, kw_only=True):
    shop_list: list[ShopInfo] = msgspec.field(default_factory=list)
    next_key: str = ""
    has_more: bool = False


class ShopPromoterQuery(msgspec.Struct, kw_only=True):
    shop_appid: Appid
    next_key: Key = ""
    page_size: Size = 10


class ShopPromoter(msgspec.Struct):
    promoter_id: str
    promoter_type: int
    promoter_name: str
    avatar_image_url: str


class ShopPromoterPage(WireReply, kw_only=True):
    promoter_list: list[ShopPromoter] = msgspec.field(default_factory=list)
    next_key: str = ""
    has_more: bool = False


class TalentQuery(msgspec.Struct, kw_only=True):
    talent_appid: Appid = ""
    next_key: Key = ""
    page_size: Size = 10


class TalentInfo(msgspec.Struct):
    """A promoter. His videos and his articles are of one account here: himself."""

    talent_appid: str
    talent_nickname: str
    talent_head_img: str
    bind_time: int
    related_finder_exportname_list: list[str]
    related_mp_biz_appid_list: list[str]

    @classmethod
    def of(cls, bond: TalentBond, parties: Mapping[int, Party]) -> "TalentInfo":
        """A promoter as the agency sees him."""
        party = parties[bond.talent_id]
        told = party.appid, party.name, party.icon_url, seconds(bond.bound_at)
        return cls(*told, [str(party.party_id)], [party.appid])


class TalentPage(WireReply, kw_only=True):
    talent_list: list[TalentInfo] = msgspec.field(default_factory=list)
    next_key: str = ""
    has_more: bool = False


# --- our own: what promoters and sharers do -----------------------------------------------------


class AgencyBind(msgspec.Struct, forbid_unknown_fields=True):
    """Which agency may have one's contents shared, and for what part of what one earns by it."""

    agency_appid: Appid
    passes_ppm: Annotated[int, msgspec.Meta(ge=0, le=900_000)]


class AgencyRef(msgspec.Struct, forbid_unknown_fields=True):
    agency_appid: Appid


class AgencyBond(msgspec.Struct):
    """An agency whose sharers may share one's contents."""

    agency_id: str
    agency_appid: str
    agency_name: str
    passes_ppm: int
    bound_at: int


class AgencyBonds(msgspec.Struct):
    agencies: list[AgencyBond]


class InvitationRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The query string that the agency handed out."""

    query: Key


class InvitationView(msgspec.Struct):
    """Who invites, and what it takes: state 0 nothing yet, 2 registered, 3 to be verified."""

    agency_id: str
    agency_name: str
    agency_icon_url: str
    is_simple: bool
    state: int
    is_bound: bool
    ratio_at_first_ppm: int


class SharerStatus(msgspec.Struct):
    """What the caller is as a sharer; without an agency its fields are empty.

    `paid_by`: "platform" pays `ratio_ppm` of the agency's fee, "agency" pays by itself. By `openid`
    an agency invites him.
    """

    openid: str
    state: int
    is_simple: bool
    sharer_appid: str
    agency_id: str
    agency_name: str
    paid_by: str
    ratio_ppm: int
