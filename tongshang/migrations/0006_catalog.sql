-- What may be sold: categories, products in two copies, the SKUs on sale, and where they stand.

create table categories (
    cat_id               bigint primary key,
    parent_id            bigint not null,
    level                smallint not null check (level between 1 and 8),
    name                 text not null,
    name_en              text not null default '',
    fee_ppm              integer not null check (fee_ppm between 0 and 1000000),
    confirm_receipt_days smallint not null check (confirm_receipt_days between 1 and 90),
    seven_day_return     boolean not null,
    floor_price_fen      bigint not null check (floor_price_fen >= 0),
    is_leaf              boolean not null
);
create index categories_below on categories (parent_id, cat_id);
comment on table categories is 'reference: the tree of goods that all shops share';

-- What a product is, without its documents: narrow, because orders read it for every line. The
-- columns from title on are those of the online copy (of the draft, until it is first listed).
create table products (
    shop_id             bigint not null,
    product_id          bigint not null,
    status              smallint not null check (status in (0, 5, 6, 9, 11, 12, 13, 14, 15, 20)),
    edit_status         smallint not null check (edit_status in (0, 1, 2, 3, 4)),
    out_product_id      text not null,
    audit_id            bigint not null default 0,
    submitted_at        timestamptz,
    audited_at          timestamptz,
    reject_reason       text not null default '',
    created_at          timestamptz not null,
    title               text not null,
    short_title         text not null,
    picture_url         text not null,
    price_fen           bigint not null check (price_fen > 0),
    market_price_fen    bigint not null check (market_price_fen >= 0),
    sku_count           integer not null check (sku_count > 0),
    cat_id              bigint not null,
    freight_template_id bigint not null,
    primary key (shop_id, product_id)
);
create index products_by_status on products (shop_id, status, product_id);

-- The documents: kind 1 is the online copy, 2 the draft. In `body` the SKUs stand apart from the
-- rest, so that an answer is put together from stored bytes and the stock of the moment.
create table product_copies (
    shop_id    bigint not null,
    product_id bigint not null,
    kind       smallint not null check (kind in (1, 2)),
    body       bytea not null,
    primary key (shop_id, product_id, kind)
);

-- SKUs of online copies.
create table skus (
    shop_id          bigint not null,
    sku_id           bigint not null,
    product_id       bigint not null,
    status           smallint not null check (status in (0, 5, 11)),
    price_fen        bigint not null check (price_fen > 0),
    market_price_fen bigint not null check (market_price_fen >= 0),
    sku_code         text not null,
    attrs            bytea not null,
    thumb_url        text not null,
    primary key (shop_id, sku_id)
);
create index skus_of_product on skus (shop_id, product_id);

-- Whose a product is, for those who know only the product.
create table product_shops (
    product_id bigint primary key,
    shop_id    bigint not null
);

-- Listed products under each category of their path, and under 0 for all: what buyers browse.
create table shelves (
    cat_id     bigint not null,
    product_id bigint not null,
    shop_id    bigint not null,
    primary key (cat_id, product_id)
);
create index shelves_of_product on shelves (product_id);
