-- Plans of all kinds: for named promoters, exclusive ones, and those of agencies
-- (reference section 7.2); and who was asked to promote a shop's products.

-- A cut of the ratio takes effect for promoters only when the lock is over.
alter table plans add column held_ppm integer not null default 0 check (held_ppm >= 0);
alter table plans add column held_until timestamptz;
alter table plans add column left_at timestamptz;
comment on column plans.left_at is 'when it was deleted: added again at once, it is the same plan';

-- Whoever changes the plans of a product holds its row, so that exclusions hold at once.
create table promoted_products (
    shop_id    bigint not null,
    product_id bigint not null,
    primary key (shop_id, product_id)
);

create table named_plans (
    shop_id         bigint not null,
    plan_id         bigint not null,
    product_id      bigint not null,
    kind            smallint not null check (kind in (2, 3, 4)),
    agency_id       bigint not null default 0,
    commission_type smallint not null default 0 check (commission_type in (0, 1)),
    ratio_ppm       integer not null check (ratio_ppm between 0 and 900000),
    service_ppm     integer not null default 0 check (service_ppm between 0 and 900000),
    held_ppm        integer not null default 0 check (held_ppm >= 0),
    held_until      timestamptz,
    state           smallint not null check (state in (1, 2, 4)),
    begins_at       timestamptz not null,
    ends_at         timestamptz check (ends_at > begins_at),
    added_at        timestamptz not null,
    primary key (shop_id, plan_id),
    constraint named_plans_paid_out check (ratio_ppm + service_ppm <= 900000),
    constraint named_plans_agency check ((kind = 4) = (agency_id <> 0))
);
create index named_plans_product on named_plans (shop_id, product_id) where state <> 4;
create unique index named_plans_one_agency
    on named_plans (shop_id, product_id, agency_id) where kind = 4 and state <> 4;

-- A promoter stands on one plan of a product at most; the deal is what it pays him.
create table plan_promoters (
    shop_id      bigint not null,
    product_id   bigint not null,
    promoter_id  bigint not null,
    plan_id      bigint not null,
    deal_id      bigint not null,
    held_deal_id bigint not null default 0,
    added_at     timestamptz not null,
    primary key (shop_id, product_id, promoter_id)
);
create index plan_promoters_plan on plan_promoters (shop_id, plan_id, promoter_id);

-- What promoters are to a shop (reference section 7.2).
create table promoter_ties (
    shop_id     bigint not null,
    promoter_id bigint not null,
    state       smallint not null check (state in (1, 2, 3, 4, 5, 10)),
    invited_at  timestamptz not null,
    changed_at  timestamptz not null,
    primary key (shop_id, promoter_id)
);
create index promoter_ties_promoter on promoter_ties (promoter_id, shop_id);

-- What promoters sold of a shop's products; added up, never taken back.
create table promoter_sales (
    shop_id     bigint not null,
    promoter_id bigint not null,
    product_id  bigint not null,
    pieces      bigint not null,
    sold_fen    bigint not null,
    primary key (shop_id, promoter_id, product_id)
);
