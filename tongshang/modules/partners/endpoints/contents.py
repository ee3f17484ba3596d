"""Videos and articles of bound promoters and shops (reference section 7.4).

Who opens a link to one is credited to the sharer with whatever he then buys of what is in it.
"""

from collections.abc import Sequence
from typing import Final

from tongshang.kernel import page
from tongshang.modules.league.api import NoSharer
from tongshang.modules.partners.actions import contents as actions
from tongshang.modules.partners.actions.contents import Account, Goods
from tongshang.modules.partners.refusals import NoContent, NoShop, NoTalent
from tongshang.modules.partners.wire import contents as wire
from tongshang.modules.surfaces.api import Content, ContentKind
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints
from tongshang.runtime.wire import seconds

ENDPOINTS: Final = Endpoints("partners")

_PATH: Final = "/channels/ec/promoter/"
_NEWEST: Final = 2**62
_VIDEO, _ARTICLE = ContentKind.SHORT_VIDEO, ContentKind.ARTICLE


@ENDPOINTS("POST", _PATH + "get_feed_list", needs=Scope.AGENCY, refuses=(NoTalent,), reads=True)
async def list_feeds(call: Call, req: wire.FeedQuery) -> wire.FeedPage:
    """A bound promoter's videos with goods that bring the agency something, the latest first."""
    account = await actions.find_talent(call, req.talent_appid)
    if req.finder_exportusername not in {"", str(account.party.party_id)}:
        raise NoTalent
    return await _feeds(call, account, req.next_key, req.page_size)


@ENDPOINTS("POST", _PATH + "get_shop_feed_list", needs=Scope.AGENCY, refuses=(NoShop,), reads=True)
async def list_shop_feeds(call: Call, req: wire.ShopFeedQuery) -> wire.FeedPage:
    """A bound shop's videos with goods that bring the agency something, the latest first."""
    account = await _channels(call, req)
    return await _feeds(call, account, req.next_key, req.page_size)


async def _channels(call: Call, req: wire.ShopRef) -> Account:
    told = req.shop_appid, req.promoter_id, req.promoter_type
    return await actions.find_account(call, *told, actions.CHANNELS)


async def _page(
    call: Call, account: Account, kind: ContentKind, next_key: str, size: int
) -> tuple[list[tuple[Content, list[Goods]]], str]:
    question = ("partners.contents", call.caller.party_id, account.party.party_id, int(kind))
    before = page.after_number(question, next_key, _NEWEST)
    found = await actions.list_contents(call, account, kind, before, size + 1)
    shown = found[:size]
    more = len(found) > size
    key = page.cursor(question, (shown[-1][0].content_id,)) if more else ""
    return [(content, goods) for content, goods in shown if goods], key


async def _feeds(call: Call, account: Account, next_key: str, size: int) -> wire.FeedPage:
    shown, key = await _page(call, account, _VIDEO, next_key, size)
    feeds = [
        wire.Feed(
            export_id=str(content.content_id),
            talent_appid="" if account.is_shop else account.party.appid,
            predict_commission_amount=first.brings_fen,
            product_info=wire.FeedProduct(
                first.card.product_id,
                first.card.title,
                first.card.picture_url,
                first.card.price_fen,
            ),
        )
        for content, (first, *_) in shown
    ]
    return wire.FeedPage(feed_list=feeds, next_key=key, has_more=bool(key))


@ENDPOINTS(
    "POST",
    _PATH + "get_feed_promotion_info",
    needs=Scope.AGENCY,
    refuses=(NoTalent, NoSharer, NoContent),
)
async def promote_feeds(call: Call, req: wire.FeedPromotionQuery) -> wire.FeedPromotions:
    """Links to a bound promoter's videos in a sharer's name; `feed_token` is the link's code."""
    account = await actions.find_talent(call, req.talent_appid)
    return await _promotions(call, account, req.sharer_appid, req.feed_list)


@ENDPOINTS(
    "POST",
    _PATH + "get_shop_feed_promotion_info",
    needs=Scope.AGENCY,
    refuses=(NoShop, NoSharer, NoContent),
)
async def promote_shop_feeds(call: Call, req: wire.ShopFeedPromotionQuery) -> wire.FeedPromotions:
    """Links to a bound shop's videos in a sharer's name; `feed_token` is the link's code."""
    account = await _channels(call, req)
    return await _promotions(call, account, req.sharer_appid, req.feed_list)


async def _promotions(
    call: Call, account: Account, sharer_appid: str, feeds: Sequence[wire.FeedRef]
) -> wire.FeedPromotions:
    carrier_id = await actions.carrier_of(call, sharer_appid)
    texts = [one.export_id for one in feeds]
    found = await actions.find_contents(call, account, _VIDEO, texts)
    urls = await actions.share_links(call, [actions.link_to(one, carrier_id) for one in found])
    return wire.FeedPromotions(
        feed_list=[
            wire.FeedPromotion(str(one.content_id), url.rpartition("/")[2], url)
            for one, url in zip(found, urls, strict=True)
        ]
    )


@ENDPOINTS(
    "POST",
    _PATH + "get_talent_biz_article_list",
    needs=Scope.AGENCY,
    refuses=(NoTalent, NoSharer),
)
async def list_articles(call: Call, req: wire.ArticleQuery) -> wire.ArticlePage:
    """A bound promoter's articles with goods that bring something, and links in a sharer's name."""
    account = await actions.find_talent(call, req.talent_appid)
    if req.biz_appid not in {"", account.party.appid}:
        raise NoTalent
    carrier_id = await actions.carrier_of(call, req.sharer_appid)
    shown, key = await _page(call, account, _ARTICLE, req.next_key, req.page_size)
    infos = await _infos(call, shown, carrier_id)
    articles = [
        wire.Article(
            product_info_list=[
                wire.ArticleProduct(
                    one.card.product_id,
                    one.card.title,
                    one.card.picture_url,
                    one.brings_fen,
                    one.card.price_fen,
                )
                for one in goods
            ],
            article_info=info,
            create_time=seconds(content.made_at),
            update_time=seconds(content.changed_at),
        )
        for (content, goods), info in zip(shown, infos, strict=True)
    ]
    return wire.ArticlePage(article_list=articles, next_key=key, has_more=bool(key))


@ENDPOINTS(
    "POST",
    _PATH + "get_shop_mp_article_list",
    needs=Scope.AGENCY,
    refuses=(NoShop, NoSharer),
)
async def list_shop_articles(call: Call, req: wire.ShopArticleQuery) -> wire.ShopArticlePage:
    """A bound shop's articles with goods that bring something, and links in a sharer's name."""
    told = req.shop_appid, req.promoter_id, req.promoter_type
    account = await actions.find_account(call, *told, actions.OFFICIAL)
    carrier_id = await actions.carrier_of(call, req.sharer_appid)
    shown, key = await _page(call, account, _ARTICLE, req.next_key, req.page_size)
    infos = await _infos(call, shown, carrier_id)
    articles = [
        wire.ShopArticle(
            product_list=[
                wire.ShopArticleProduct(
                    one.card.product_id,
                    one.card.title,
                    one.card.picture_url,
                    one.brings_fen,
                    one.ratio_ppm,
                )
                for one in goods
            ],
            article_info=info,
            create_time=seconds(content.made_at),
            update_time=seconds(content.changed_at),
        )
        for (content, goods), info in zip(shown, infos, strict=True)
    ]
    return wire.ShopArticlePage(article_list=articles, next_key=key, has_more=bool(key))


async def _infos(
    call: Call, shown: Sequence[tuple[Content, list[Goods]]], carrier_id: int
) -> list[wire.ArticleInfo]:
    refs = [actions.link_to(content, carrier_id) for content, _ in shown]
    urls = await actions.share_links(call, refs)
    address = call.house.address
    return [
        wire.ArticleInfo(content.title, content.cover_url, f"{address}/a/{content.content_id}", url)
        for (content, _), url in zip(shown, urls, strict=True)
    ]
