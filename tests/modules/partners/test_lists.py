"""Lists ask the database as often for many as for few."""

from tests.modules.partners.world import World
from tests.platform import sent_statements


async def counted(world: World, name: str, **fields: object) -> int:
    with sent_statements(world.opened) as sent:
        await world.agency_asks(name, **fields)
    return len(sent)


async def test_the_pool_is_read_in_as_many_statements_for_one_as_for_two(world: World) -> None:
    await world.plan(world.market.tea.product_id)
    one = await counted(world, "get_promote_product_list")
    await world.plan(world.market.cup.product_id)
    assert await counted(world, "get_promote_product_list") == one <= 4
    word = {"category": {"category_name": "茶叶"}, "spu_item_condition": {"flags": ["0", "7"]}}
    assert await counted(world, "get_promote_product_list", **word) <= one + 4


async def test_articles_are_listed_in_statements_that_do_not_grow(world: World) -> None:
    promoter = world.market.promoter
    bind = {"agency_appid": world.appids[world.agency.party_id], "passes_ppm": 500_000}
    await world.ask(promoter, "/v1/promoter/agency/bind", **bind)
    talent = {"talent_appid": world.appids[promoter.party_id]}
    name = "get_talent_biz_article_list"
    await counted(world, name, **talent)
    one = await counted(world, name, **talent)
    blocks = [
        {"kind": "card", "shop_id": world.market.shop_id, "product_id": item.product_id}
        for item in (world.market.tea, world.market.cup)
    ]
    for title in ("春茶", "秋茶"):
        await world.ask(promoter, "/v1/promoter/content/add", title=title, blocks=blocks)
    await counted(world, name, **talent)
    assert await counted(world, name, **talent) == one
