from __future__ import annotations

import msgspec
import pytest

from tongshang.demo.goods import Content, Market, Product
from tongshang.demo.market import cards_of, read_market
from tongshang.demo.raster import FORM_PREFIX, FORMS
from tongshang.demo.rules import faults_of, forbidden_words

every_product = pytest.mark.parametrize(
    "product", read_market().products, ids=lambda product: product.code
)
articles = [content for content in read_market().contents if content.kind == "article"]


def _market_with(product: Product) -> Market:
    market = read_market()
    return msgspec.structs.replace(market, products=(product, *market.products[1:]))


def test_the_market_is_as_large_as_promised() -> None:
    market = read_market()
    kinds = [content.kind for content in market.contents]
    assert len(market.shops) >= 4
    assert len(market.products) >= 140
    assert len(market.promoters) >= 6
    assert len(market.buyers) >= 8
    assert kinds.count("article") >= 8
    assert kinds.count("video") >= 4
    assert kinds.count("live") >= 2
    assert {product.shop for product in market.products} == {shop.key for shop in market.shops}


def test_every_leaf_category_has_goods() -> None:
    market = read_market()
    leaves = {category.id for category in market.categories if category.is_leaf}
    assert {product.category.id for product in market.products} <= leaves
    assert len({product.category.id for product in market.products}) >= 35


@every_product
def test_a_product_can_be_listed(product: Product) -> None:
    assert 5 <= len(product.title) <= 60
    assert 0 < len(product.short_title) <= 20
    assert 3 <= len(set(product.head_pictures)) <= 9
    assert not product.is_food or len(product.head_pictures) >= 4
    assert all(0 < sku.price_fen <= sku.market_fen for sku in product.skus)
    assert len({sku.attrs for sku in product.skus}) == len(product.skus) > 0


@every_product
def test_a_product_is_drawn_with_forms_that_exist(product: Product) -> None:
    for picture in product.head_pictures:
        if picture.thing.startswith(FORM_PREFIX):
            assert (FORMS / f"{picture.thing.removeprefix(FORM_PREFIX)}.svg").exists()
            assert picture.tint


@pytest.mark.parametrize("article", articles, ids=lambda article: article.key)
def test_cards_stand_between_paragraphs(article: Content) -> None:
    codes = {product.code for product in read_market().products}
    assert len(article.products) >= 3
    assert set(article.products) <= codes
    assert article.body.count("## ") >= 2
    assert not article.body.startswith("[[")


def test_the_same_card_is_counted_once() -> None:
    assert cards_of("[[card G001]]\n\n[[card T002]]\n\n[[card G001]]") == ("G001", "T002")


def test_faults_are_named_all_at_once() -> None:
    product = read_market().products[0]
    sku = msgspec.structs.replace(product.skus[0], price_fen=0)
    broken = msgspec.structs.replace(
        product, title="iPhone", about="全国第一", skus=(sku, sku), head_pictures=()
    )
    faults = "\n".join(faults_of(_market_with(broken)))
    for part in ("title", "第一", "price of 0 fen", "same attributes", "0 head pictures"):
        assert part in faults


def test_a_sound_market_has_no_faults() -> None:
    assert faults_of(read_market()) == []


def test_forbidden_words_are_found_inside_sentences() -> None:
    assert forbidden_words("这是最好的茶") == ["最"]
    assert forbidden_words("好喝的茶") == []
