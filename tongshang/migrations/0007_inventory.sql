-- How many of each SKU can be sold, and every change with what was there before and after.

create table stocks (
    shop_id    bigint not null,
    sku_id     bigint not null,
    product_id bigint not null,
    available  bigint not null check (available >= 0),
    primary key (shop_id, sku_id)
) with (fillfactor = 70);
create index stocks_of_product on stocks (shop_id, product_id);

create table stock_flows (
    shop_id    bigint not null,
    sku_id     bigint not null,
    at         timestamptz not null,
    flow_id    bigint not null,
    product_id bigint not null,
    op         smallint not null check (op in (1, 2, 3, 4, 5)),
    beginning  bigint not null check (beginning >= 0),
    ending     bigint not null check (ending >= 0),
    order_id   bigint not null,
    primary key (shop_id, sku_id, at, flow_id)
);
