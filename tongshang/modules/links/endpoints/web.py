"""What other sites ask: a card for a frame, oEmbed, and which pages there are."""

from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.links import wire
from tongshang.modules.links.actions import embedding, sharing
from tongshang.modules.links.refusals import CannotEmbed, NothingToShare
from tongshang.modules.surfaces import api as surfaces
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

WEB = Endpoints("links")

_A_MINUTE = 600
SITE_PART = 50_000  # what one file of a sitemap may hold (sitemaps.org)


@WEB("GET", "/v1/buyer/embed/get", needs=Scope.PUBLIC, refuses=(NothingToShare,), reads=True)
async def get_embed(call: Call, req: wire.EmbedRequest) -> wire.EmbedView:
    """What a frame on another site shows of a product, a shop or a content, as it is now.

    A forged token shows the product that is named beside it, and credits nobody.
    """
    sharing.hold_back(call, "embed", _A_MINUTE)
    return await embedding.view(call, await embedding.subject(call, req))


@WEB(
    "GET",
    "/v1/buyer/oembed/get",
    needs=Scope.PUBLIC,
    refuses=(CannotEmbed, NothingToShare),
    reads=True,
)
async def get_oembed(call: Call, req: wire.OembedRequest) -> wire.Oembed:
    """How another site shows a page of ours, as oEmbed says it (type rich: a frame)."""
    sharing.hold_back(call, "oembed", _A_MINUTE)
    return await embedding.oembed(call, req)


@WEB("GET", "/v1/buyer/site/parts", needs=Scope.PUBLIC, reads=True)
async def list_parts(call: Call, req: wire.SitePartsQuery) -> wire.SiteParts:
    """After which ids the parts of the sitemap begin: each holds at most 50,000 pages."""
    products = await catalog.page_parts(call.tx, SITE_PART)
    contents = await surfaces.page_parts(call.tx, SITE_PART)
    return wire.SiteParts(
        [str(one) for one in (0, *products)], [str(one) for one in (0, *contents)], ["0"]
    )


@WEB("GET", "/v1/buyer/site/list", needs=Scope.PUBLIC, reads=True)
async def list_pages(call: Call, req: wire.SiteRequest) -> wire.SitePages:
    """The pages of one kind that anybody may find, by id, and when each last changed."""
    sharing.hold_back(call, "site", _A_MINUTE)
    after = int(req.after)
    if req.kind == "shop":
        shops = await identity.list_parties(call.tx, PartyKind.SHOP, after)
        return wire.SitePages([wire.SitePage(str(shop.party_id)) for shop in shops])
    list_some = catalog.list_pages if req.kind == "product" else surfaces.list_pages
    found = await list_some(call.tx, after, SITE_PART)
    return wire.SitePages([wire.SitePage(str(i), changed_at) for i, changed_at in found])
