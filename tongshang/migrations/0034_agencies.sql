-- The agencies' side of the alliance: their shops, goods, sub-plans and re-selling, promoters'
-- windows, and what is below the alliance's standard (reference sections 7.2, 7.3 and 7.7).

-- 5: below the standard, found by the daily check. 5 as a kind: for every agency.
alter table plans drop constraint plans_state_check;
alter table plans add constraint plans_state_check check (state in (1, 2, 4, 5));
alter table named_plans drop constraint named_plans_state_check;
alter table named_plans add constraint named_plans_state_check check (state in (1, 2, 4, 5));
alter table named_plans drop constraint named_plans_kind_check;
alter table named_plans add constraint named_plans_kind_check check (kind in (2, 3, 4, 5));
create unique index named_plans_one_public
    on named_plans (shop_id, product_id) where kind = 5 and state <> 4;
create index named_plans_of_agency on named_plans (agency_id, plan_id) where kind = 4 and state <> 4;
create index named_plans_public on named_plans (plan_id) where kind = 5 and state = 1;

create index plan_promoters_promoter on plan_promoters (promoter_id, plan_id);

-- What the square knows of goods with plans: the catalog's facts, noted after the commit.
alter table promoted_products add column title text not null default '';
alter table promoted_products add column price_fen bigint not null default 0;
alter table promoted_products add column cat_ids bigint[] not null default '{}';
alter table promoted_products add column flags smallint[] not null default '{}';
alter table promoted_products add column is_offered boolean not null default false;
alter table promoted_products add column checked_at timestamptz;
create index promoted_products_unchecked on promoted_products (checked_at);

-- Sold by the alliance, by day in China; added up, never taken back.
create table alliance_days (
    shop_id    bigint not null,
    product_id bigint not null,
    day        date not null,
    pieces     bigint not null,
    sold_fen   bigint not null,
    primary key (shop_id, product_id, day)
);
create table agency_days (
    agency_id  bigint not null,
    shop_id    bigint not null,
    product_id bigint not null,
    day        date not null,
    pieces     bigint not null,
    sold_fen   bigint not null,
    primary key (agency_id, shop_id, product_id, day)
);
create table agency_sums (
    agency_id     bigint not null,
    shop_id       bigint not null,
    sold_fen      bigint not null default 0,
    settled_fen   bigint not null default 0,
    unsettled_fen bigint not null default 0,
    primary key (agency_id, shop_id)
);

-- What a shop is to an agency.
create table agency_ties (
    agency_id   bigint not null,
    shop_id     bigint not null,
    state       smallint not null check (state in (1, 2, 3, 4, 5)),
    invited_at  timestamptz not null,
    changed_at  timestamptz not null,
    primary key (agency_id, shop_id)
);
create index agency_ties_shop on agency_ties (shop_id, agency_id);

-- Offers that an agency took in: a plan of a shop, or (resale_id) what another agency supplies.
create table agency_items (
    agency_id       bigint not null,
    item_id         bigint not null,
    shop_id         bigint not null,
    product_id      bigint not null,
    plan_id         bigint not null,
    from_agency_id  bigint not null default 0,
    resale_id       bigint not null default 0,
    commission_type smallint not null check (commission_type in (0, 1)),
    is_hidden       boolean not null default false,
    added_at        timestamptz not null,
    primary key (agency_id, item_id),
    unique (agency_id, shop_id, product_id, plan_id, resale_id)
);
create index agency_items_plan on agency_items (shop_id, plan_id);

-- What an agency passes on to promoters of an item of which it has the whole.
create table sub_items (
    agency_id   bigint not null,
    sub_item_id bigint not null,
    item_id     bigint not null,
    ratio_ppm   integer not null check (ratio_ppm between 0 and 900000),
    state       smallint not null check (state in (1, 2)),
    added_at    timestamptz not null,
    primary key (agency_id, sub_item_id),
    unique (agency_id, item_id, ratio_ppm)
);

-- What an agency supplies to another, or (to_agency_id 0) to every agency.
create table resales (
    agency_id    bigint not null,
    resale_id    bigint not null,
    item_id      bigint not null,
    shop_id      bigint not null,
    product_id   bigint not null,
    plan_id      bigint not null,
    to_agency_id bigint not null,
    service_ppm  integer not null check (service_ppm between 0 and 900000),
    state        smallint not null check (state in (1, 2)),
    begins_at    timestamptz not null,
    ends_at      timestamptz check (ends_at > begins_at),
    added_at     timestamptz not null,
    primary key (agency_id, resale_id)
);
create unique index resales_one on resales (agency_id, item_id, to_agency_id) where state = 1;
create index resales_product on resales (shop_id, product_id) where state = 1;
create index resales_to on resales (to_agency_id, resale_id) where state = 1;

create table plan_links (
    link_id  bigint primary key,
    owner_id bigint not null,
    kind     smallint not null check (kind in (1, 2, 3))
);
comment on table plan_links is
    'reference: a link names a plan, a resale or a sub-plan by its number alone, to anybody';

create table agency_subscriptions (
    agency_id  bigint not null,
    product_id bigint not null,
    shop_id    bigint not null,
    added_at   timestamptz not null,
    primary key (agency_id, product_id)
);
create index agency_subscriptions_product on agency_subscriptions (shop_id, product_id);

-- Which agencies may change a promoter's window.
create table window_auths (
    agency_id   bigint not null,
    promoter_id bigint not null,
    state       smallint not null check (state in (0, 1)),
    asked_at    timestamptz not null,
    changed_at  timestamptz not null,
    primary key (agency_id, promoter_id)
);
create index window_auths_promoter on window_auths (promoter_id, agency_id);

-- What stands in a promoter's window; `place` orders it, the highest first.
create table window_items (
    promoter_id bigint not null,
    product_id  bigint not null,
    shop_id     bigint not null,
    agency_id   bigint not null default 0,
    added_by    bigint not null,
    link_id     bigint not null default 0,
    deal_id     bigint not null default 0,
    is_hidden   boolean not null default false,
    place       bigint not null,
    added_at    timestamptz not null,
    primary key (promoter_id, product_id)
);
create index window_items_place on window_items (promoter_id, place);
comment on column window_items.agency_id is 'whose goods they are; 0: of a plan for promoters';
insert into plan_links (link_id, owner_id, kind)
select plan_id, shop_id, 1 from named_plans where kind = 4;
