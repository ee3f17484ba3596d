-- Orders, their lines and moves, which order is whose, and carts (reference section 4).

create table orders (
    shop_id          bigint not null,
    order_id         bigint not null,
    buyer_id         bigint not null,
    state            smallint not null check (state in (10, 20, 21, 30, 100, 200, 250)),
    moves            smallint not null default 0,
    -- As placed: goods and freight. What was taken off since, of both. What the buyer pays.
    goods_fen        bigint not null check (goods_fen >= 0),
    freight_fen      bigint not null check (freight_fen >= 0),
    change_down_fen  bigint not null default 0 check (change_down_fen >= 0),
    order_fen        bigint not null check (order_fen > 0),
    price_changes    smallint not null default 0 check (price_changes between 0 and 50),
    address          jsonb not null,
    notes            text not null check (length(notes) <= 500),
    merchant_notes   text not null default '' check (length(merchant_notes) <= 500),
    scene            smallint not null check (scene between 1 and 6),
    receipt_days     smallint not null check (receipt_days > 0),
    placed_at        timestamptz not null,
    expires_at       timestamptz not null,
    prepaid_at       timestamptz,
    prepay_id        text,
    paid_at          timestamptz,
    payment_id       bigint,
    transaction_id   text,
    shipped_at       timestamptz,
    receive_by       timestamptz,
    received_at      timestamptz,
    closed_at        timestamptz,
    settled_at       timestamptz,
    updated_at       timestamptz not null,
    primary key (shop_id, order_id),
    check (order_fen = goods_fen + freight_fen - change_down_fen)
);
create index orders_by_placing on orders (shop_id, placed_at, order_id);
create index orders_by_change on orders (shop_id, updated_at, order_id);
create index orders_to_expire on orders (expires_at) where state = 10;
create index orders_to_receive on orders (receive_by) where state = 30;

create table order_lines (
    shop_id            bigint not null,
    order_id           bigint not null,
    line               smallint not null check (line > 0),
    product_id         bigint not null,
    sku_id             bigint not null,
    sku_code           text not null,
    title              text not null,
    thumb_url          text not null,
    attrs              jsonb not null,
    count              integer not null check (count between 1 and 1000000),
    sale_price_fen     bigint not null check (sale_price_fen >= 0),
    market_price_fen   bigint not null check (market_price_fen >= 0),
    -- What the buyer pays for the goods of this line, and its part of the freight.
    paid_fen           bigint not null check (paid_fen between 0 and sale_price_fen * count),
    freight_fen        bigint not null check (freight_fen >= 0),
    fee_ppm            integer not null check (fee_ppm between 0 and 1000000),
    promoter_id        bigint not null,
    commission_ppm     integer not null check (commission_ppm between 0 and 1000000),
    content_id         bigint not null,
    scene              smallint not null check (scene between 1 and 6),
    shipped_count      integer not null default 0 check (shipped_count between 0 and count),
    on_aftersale_count integer not null default 0 check (on_aftersale_count >= 0),
    refunded_count     integer not null default 0 check (refunded_count >= 0),
    refunded_fen       bigint not null default 0,
    settled_fee_fen    bigint check (settled_fee_fen >= 0),
    settled_commission_fen bigint check (settled_commission_fen >= 0),
    primary key (shop_id, order_id, line),
    check (on_aftersale_count + refunded_count <= count),
    check (refunded_fen between 0 and paid_fen + freight_fen),
    check (fee_ppm + commission_ppm <= 1000000)
);

create table order_moves (
    shop_id  bigint not null,
    order_id bigint not null,
    number   smallint not null,
    move     text not null,
    source   smallint not null,
    target   smallint not null,
    at       timestamptz not null,
    primary key (shop_id, order_id, number)
);

-- Cases of aftersale as an order shows them; the cases themselves are aftersale's.
create table order_aftersales (
    shop_id      bigint not null,
    order_id     bigint not null,
    aftersale_id bigint not null,
    status       smallint not null,
    is_running   boolean not null,
    primary key (shop_id, order_id, aftersale_id)
);

-- Written with the order and never changed: a buyer finds at once what he just placed.
create table buyer_orders (
    buyer_id bigint not null,
    order_id bigint not null,
    shop_id  bigint not null,
    primary key (buyer_id, order_id)
);

create table carts (
    buyer_id   bigint not null,
    sku_id     bigint not null,
    shop_id    bigint not null,
    product_id bigint not null,
    count      integer not null check (count between 1 and 1000000),
    card       text not null,
    added_at   timestamptz not null,
    primary key (buyer_id, sku_id)
);

-- Shops list the orders of a buyer whom they know by openid only.
create index buyers_by_openid on buyers (openid);
