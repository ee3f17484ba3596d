-- Cases in which a buyer asks money back of a line of an order.

create table aftersales (
    shop_id            bigint not null,
    aftersale_id       bigint not null,
    order_id           bigint not null,
    line               smallint not null,
    buyer_id           bigint not null,
    product_id         bigint not null,
    sku_id             bigint not null,
    sku_code           text not null,
    count              integer not null check (count > 0),
    amount_fen         bigint not null check (amount_fen > 0),
    state              text not null constraint aftersales_state check (state in (
        'MERCHANT_PROCESSING', 'PLATFORM_REFUNDING', 'MERCHANT_REFUND_SUCCESS',
        'MERCHANT_REJECT_REFUND', 'USER_CANCELD', 'PLATFORM_REFUND_FAIL',
        'MERCHANT_REFUND_RETRY_FAIL', 'MERCHANT_FAIL'
    )),
    reason             text not null,
    reason_text        text not null,
    received           boolean not null,
    refund_reason      smallint check (refund_reason between 1 and 11),
    reject_reason      text not null default '',
    reject_reason_type smallint not null default 0,
    deadline           timestamptz,
    moves              smallint not null default 0,
    created_at         timestamptz not null,
    updated_at         timestamptz not null,
    accepted_at        timestamptz,
    completed_at       timestamptz,
    cancelled_at       timestamptz,
    primary key (shop_id, aftersale_id)
);
-- Of a line one case runs at a time.
create unique index aftersales_one_runs on aftersales (shop_id, order_id, line) where state in (
    'MERCHANT_PROCESSING', 'PLATFORM_REFUNDING', 'MERCHANT_REJECT_REFUND', 'PLATFORM_REFUND_FAIL'
);
create index aftersales_by_order on aftersales (shop_id, order_id);
create index aftersales_by_creation on aftersales (shop_id, created_at, aftersale_id);
create index aftersales_by_change on aftersales (shop_id, updated_at, aftersale_id);
-- The clock looks across shops; what it finds it then holds shop by shop.
create index aftersales_lapsing on aftersales (deadline, shop_id, aftersale_id)
    where deadline is not null;

create table aftersale_moves (
    shop_id      bigint not null,
    aftersale_id bigint not null,
    number       smallint not null,
    move         text not null,
    source       text not null,
    target       text not null,
    at           timestamptz not null,
    primary key (shop_id, aftersale_id, number)
);

-- Whose case it is, for the buyer's own list.
create table buyer_aftersales (
    buyer_id     bigint not null,
    aftersale_id bigint not null,
    shop_id      bigint not null,
    primary key (buyer_id, aftersale_id)
);
