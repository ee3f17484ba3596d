-- Money asked for and given back, and the sandbox gateway's own books of the same.

create table payments (
    shop_id        bigint not null,
    payment_id     bigint not null,
    subject_kind   text not null,
    subject_id     bigint not null,
    buyer_id       bigint not null,
    amount_fen     bigint not null check (amount_fen > 0),
    channel        text not null,
    prepay_id      text not null,
    state          text not null check (state in ('waiting', 'paid', 'closed')),
    transaction_id text check ((transaction_id is not null) = (state = 'paid')),
    -- What was given back and what is on its way back.
    refunded_fen   bigint not null default 0 check (refunded_fen between 0 and amount_fen),
    created_at     timestamptz not null,
    paid_at        timestamptz check ((paid_at is not null) = (state = 'paid')),
    looked_at      timestamptz not null,
    primary key (shop_id, payment_id)
);
create unique index payments_waiting on payments (shop_id, subject_kind, subject_id)
    where state = 'waiting';
create index payments_by_subject on payments (shop_id, subject_kind, subject_id);
create unique index payments_once on payments (shop_id, transaction_id)
    where transaction_id is not null;

create table refunds (
    shop_id      bigint not null,
    refund_id    bigint not null,
    payment_id   bigint not null,
    subject_kind text not null,
    subject_id   bigint not null,
    cause_kind   text not null,
    cause_id     bigint not null,
    amount_fen   bigint not null check (amount_fen > 0),
    state        text not null check (state in ('asked', 'done', 'failed')),
    asked_at     timestamptz not null,
    done_at      timestamptz check ((done_at is not null) = (state = 'done')),
    looked_at    timestamptz not null,
    primary key (shop_id, refund_id)
);
create unique index refunds_once on refunds (shop_id, cause_kind, cause_id);
create index refunds_by_payment on refunds (shop_id, payment_id);
create index refunds_asked on refunds (looked_at) where state = 'asked';

-- What follows is the sandbox gateway's: another world, which payment knows only by its answers.

create table gateway_charges (
    shop_id        bigint not null,
    out_trade_no   bigint not null,
    prepay_id      text not null,
    total_fen      bigint not null check (total_fen > 0),
    trade_state    text not null check (trade_state in ('NOTPAY', 'SUCCESS', 'PAYERROR', 'CLOSED')),
    transaction_id text,
    success_at     timestamptz,
    primary key (shop_id, out_trade_no)
);

create table gateway_refunds (
    shop_id       bigint not null,
    out_refund_no bigint not null,
    out_trade_no  bigint not null,
    refund_id     text not null,
    refund_fen    bigint not null check (refund_fen > 0),
    refund_status text not null check (refund_status in ('SUCCESS', 'ABNORMAL')),
    success_at    timestamptz not null,
    primary key (shop_id, out_refund_no)
);

-- Faults on demand, of one shop's notices or (shop 0) of anybody's.
create table gateway_faults (
    shop_id bigint not null,
    kind    text not null check (
        kind in ('lose_notice', 'double_notice', 'late_notice', 'fail_refund')
    ),
    times   integer not null check (times between 0 and 1000),
    primary key (shop_id, kind)
);
