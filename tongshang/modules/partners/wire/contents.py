"""Contents and live rooms whose links an agency's sharers share (families promoter_content, _live).

A content, a room and its notice have one number, which is their `export_id` and `notice_id`.
"""

from typing import Annotated, TypeAlias

import msgspec

from tongshang.modules.partners.wire.words import Appid, Digits, Key, PoolSize, Size
from tongshang.runtime.rpc import WireReply


class TalentRef(msgspec.Struct, kw_only=True):
    """A bound promoter, maybe with a sharer and the mini program in which he shares."""

    talent_appid: Appid = ""
    sharer_appid: Appid = ""
    mini_program_appid: Appid = ""


class ShopRef(msgspec.Struct, kw_only=True):
    """An account of a bound shop (1 videos and rooms, 4 articles), maybe with a sharer."""

    shop_appid: Appid = ""
    promoter_id: Digits = ""
    promoter_type: int = 0
    sharer_appid: Appid = ""
    mini_program_appid: Appid = ""


class FeedQuery(TalentRef, kw_only=True):
    finder_exportusername: Digits = ""
    page_size: Size = 10
    next_key: Key = ""


class ShopFeedQuery(ShopRef, kw_only=True):
    page_size: Size = 10
    next_key: Key = ""


class ArticleQuery(TalentRef, kw_only=True):
    biz_appid: Appid = ""
    page_size: PoolSize = 10
    next_key: Key = ""


class ShopArticleQuery(ShopRef, kw_only=True):
    page_size: PoolSize = 10
    next_key: Key = ""


class FeedRef(msgspec.Struct):
    export_id: Digits


FeedRefs: TypeAlias = Annotated[list[FeedRef], msgspec.Meta(max_length=20)]


class FeedPromotionQuery(TalentRef, kw_only=True):
    feed_list: FeedRefs


class ShopFeedPromotionQuery(ShopRef, kw_only=True):
    feed_list: FeedRefs


class NoticeRef(TalentRef, kw_only=True):
    notice_id: Digits


class ShopNoticeRef(ShopRef, kw_only=True):
    notice_id: Digits


class RecordRef(TalentRef, kw_only=True):
    export_id: Digits


class ShopRecordRef(ShopRef, kw_only=True):
    export_id: Digits


class ReservationQuery(msgspec.Struct, kw_only=True):
    sharer_appid: Appid = ""
    live_notice_id: Digits


class FeedProduct(msgspec.Struct):
    product_id: int
    product_name: str
    product_img_url: str
    product_mini_price: int


class Feed(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A video with the first product in it; the commission is the agency's, of one piece."""

    export_id: str
    talent_appid: str = ""
    predict_commission_amount: int | msgspec.UnsetType = msgspec.UNSET
    product_info: FeedProduct


class FeedPage(WireReply, kw_only=True):
    feed_list: list[Feed] = msgspec.field(default_factory=list)
    next_key: str = ""
    has_more: bool = False


class FeedPromotion(msgspec.Struct):
    export_id: str
    feed_token: str
    promoter_share_link: str


class FeedPromotions(WireReply, kw_only=True):
    feed_list: list[FeedPromotion] = msgspec.field(default_factory=list)


class ArticleProduct(msgspec.Struct):
    product_id: int
    product_name: str
    product_img_url: str
    predict_commission_amount: int
    product_mini_price: int


class ShopArticleProduct(msgspec.Struct):
    product_id: int
    product_name: str
    product_img_url: str
    predict_commission_amount: int
    commission_rate: int


class ArticleInfo(msgspec.Struct):
    article_title: str
    cover_image: str
    article_url: str
    promoter_share_link: str


class Article(msgspec.Struct, kw_only=True):
    product_info_list: list[ArticleProduct]
    article_info: ArticleInfo
    create_time: int
    update_time: int


class ShopArticle(msgspec.Struct, kw_only=True):
    product_list: list[ShopArticleProduct]
    article_info: ArticleInfo
    create_time: int
    update_time: int


class ArticlePage(WireReply, kw_only=True):
    article_list: list[Article] = msgspec.field(default_factory=list)
    next_key: str = ""
    has_more: bool = False


class ShopArticlePage(WireReply, kw_only=True):
    article_list: list[ShopArticle] = msgspec.field(default_factory=list)
    next_key: str = ""
    has_more: bool = False


class BagProduct(msgspec.Struct, kw_only=True):
    product_id: int
    product_name: str
    product_img_url: str
    product_price: int
    predict_commission_amount: int
    commission_rate: int | msgspec.UnsetType = msgspec.UNSET


class BagPage(WireReply, kw_only=True):
    product_list: list[BagProduct] = msgspec.field(default_factory=list)
    next_key: str = ""
    has_more: bool = False


class Record(msgspec.Struct):
    export_id: str
    description: str
    promoter_share_link: str


class RecordList(WireReply, kw_only=True):
    live_record_list: list[Record] = msgspec.field(default_factory=list)


class Notice(msgspec.Struct):
    notice_id: str
    description: str
    start_time: int


class NoticeList(WireReply, kw_only=True):
    live_notice_record_list: list[Notice] = msgspec.field(default_factory=list)


class ShopNoticeList(WireReply, kw_only=True):
    live_record_list: list[Notice] = msgspec.field(default_factory=list)


class ShareLinkReply(WireReply, kw_only=True):
    promoter_share_link: str


class QrReply(WireReply, kw_only=True):
    qrcode_url: str


class CountReply(WireReply, kw_only=True):
    count: int
