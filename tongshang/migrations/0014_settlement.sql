-- What becomes of the money of an order: waiting, divided, given back.

create table settlements (
    shop_id             bigint not null,
    order_id            bigint not null,
    state               smallint not null constraint settlements_state check (state in (1, 2, 60)),
    order_state         smallint not null,
    placed_at           timestamptz not null,
    paid_at             timestamptz not null,
    paid_fen            bigint not null check (paid_fen > 0),
    refunded_before_fen bigint not null default 0 check (refunded_before_fen >= 0),
    refunded_after_fen  bigint not null default 0 check (refunded_after_fen >= 0),
    received_at         timestamptz,
    due_at              timestamptz,
    settled_at          timestamptz,
    fee_fen             bigint not null default 0 check (fee_fen >= 0),
    commission_fen      bigint not null default 0 check (commission_fen >= 0),
    shop_fen            bigint not null default 0 check (shop_fen >= 0),
    primary key (shop_id, order_id),
    check (refunded_before_fen + refunded_after_fen <= paid_fen),
    check (state <> 2 or refunded_before_fen = paid_fen),
    check ((state = 60) = (settled_at is not null)),
    constraint settlements_divided check (
        state <> 60 or paid_fen = refunded_before_fen + fee_fen + commission_fen + shop_fen
    )
) with (fillfactor = 80);
create index settlements_by_placing on settlements (shop_id, placed_at, order_id);
create index settlements_by_day on settlements (shop_id, settled_at) where state = 60;
-- The settler's clock looks across shops; what it finds it then holds shop by shop.
create index settlements_due on settlements (due_at, shop_id, order_id)
    where state = 1 and due_at is not null;

-- Who got what of a line when it was settled, and what came back of it since.
create table shares (
    shop_id             bigint not null,
    order_id            bigint not null,
    line                smallint not null,
    base_fen            bigint not null check (base_fen > 0),
    goods_fen           bigint not null check (goods_fen between 0 and base_fen),
    fee_fen             bigint not null check (fee_fen >= 0),
    promoter_id         bigint not null,
    commission_fen      bigint not null check (commission_fen >= 0),
    shop_fen            bigint not null check (shop_fen >= 0),
    refunded_fen        bigint not null default 0 check (refunded_fen between 0 and base_fen),
    fee_back_fen        bigint not null default 0 check (fee_back_fen between 0 and fee_fen),
    commission_back_fen bigint not null default 0,
    primary key (shop_id, order_id, line),
    check (commission_back_fen between 0 and commission_fen),
    check (commission_fen = 0 or promoter_id > 0),
    constraint shares_divided check (base_fen = fee_fen + commission_fen + shop_fen)
) with (fillfactor = 90);

-- Funds flows as the shop reads them (reference section 9.2). The balance is what the shop has,
-- pending and available together, after the flow: the running sum of its flows.
create table funds_flows (
    shop_id        bigint not null,
    flow_id        bigint not null,
    funds_type     smallint not null check (funds_type in (1, 3, 10, 11)),
    flow_type      smallint not null check (flow_type in (1, 2)),
    amount_fen     bigint not null check (amount_fen > 0),
    balance_fen    bigint not null,
    at             timestamptz not null,
    order_id       bigint not null,
    aftersale_id   bigint not null default 0,
    transaction_id text not null default '',
    cause_kind     text not null,
    cause_id       bigint not null,
    primary key (shop_id, flow_id)
);
create index funds_flows_by_time on funds_flows (shop_id, at, flow_id);
create index funds_flows_by_order on funds_flows (shop_id, order_id);
create index funds_flows_by_transaction on funds_flows (shop_id, transaction_id);

-- A promoter's commission orders, told from the shops' books by a listener.
create table commissions (
    promoter_id  bigint not null,
    order_id     bigint not null,
    line         smallint not null,
    shop_id      bigint not null,
    product_id   bigint not null,
    title        text not null,
    state        smallint not null constraint commissions_state check (state in (20, 100, 200)),
    paid_fen     bigint not null check (paid_fen >= 0),
    rate_ppm     integer not null check (rate_ppm between 0 and 1000000),
    amount_fen   bigint not null check (amount_fen >= 0),
    returned_fen bigint not null check (returned_fen between 0 and amount_fen),
    paid_at      timestamptz not null,
    settled_at   timestamptz,
    primary key (promoter_id, order_id, line)
);
create index commissions_by_time on commissions (promoter_id, paid_at, order_id, line);
