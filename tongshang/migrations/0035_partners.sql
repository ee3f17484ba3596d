-- Sharers and what they are paid (reference section 7.4), people who share for a shop, and accounts
-- that cooperate with it (section 10.3).

-- A person who shares, as the platform's party; registered once, for all agencies.
create table sharers (
    party_id      bigint primary key,
    buyer_id      bigint not null unique,
    state         smallint not null check (state in (2, 3)),
    is_simple     boolean not null,
    registered_at timestamptz not null
);

-- Which agency a sharer works with, and what part of its fee the platform pays him.
create table agency_sharers (
    agency_id       bigint not null,
    sharer_id       bigint not null,
    state           smallint not null check (state in (1, 2)),
    commission_type smallint not null check (commission_type in (0, 1)),
    ratio_ppm       integer not null check (ratio_ppm between 0 and 1000000),
    bound_at        timestamptz not null,
    changed_at      timestamptz not null,
    primary key (agency_id, sharer_id)
);
-- Of two agencies that bind him at once the second is told so.
create unique index agency_sharers_one_agency on agency_sharers (sharer_id) where state = 1;

create table sharer_ratios (
    agency_id  bigint not null,
    sharer_id  bigint not null,
    product_id bigint not null,
    ratio_ppm  integer not null check (ratio_ppm between 100000 and 900000),
    set_at     timestamptz not null,
    primary key (agency_id, sharer_id, product_id)
);

-- Whose contents an agency's sharers may share, and what part of his commission the promoter gives.
create table agency_talents (
    agency_id  bigint not null,
    talent_id  bigint not null,
    state      smallint not null check (state in (1, 2)),
    passes_ppm integer not null check (passes_ppm between 0 and 900000),
    bound_at   timestamptz not null,
    changed_at timestamptz not null,
    primary key (agency_id, talent_id)
);
create index agency_talents_talent on agency_talents (talent_id, agency_id);

-- Who came to a content by whose link, for reservations that a sharer brought.
create table shared_visits (
    carrier_id bigint not null,
    content_id bigint not null,
    buyer_id   bigint not null,
    agency_id  bigint not null,
    came_at    timestamptz not null,
    primary key (carrier_id, content_id, buyer_id)
);
create index shared_visits_agency on shared_visits (agency_id, content_id);

-- A link to a product keeps the terms that were struck when it was made.
alter table links add column deal_id bigint not null default 0;

-- --- a shop's own people ------------------------------------------------------------------------

create table shop_sharers (
    shop_id    bigint not null,
    buyer_id   bigint not null,
    state      smallint not null check (state in (1, 2, 3, 4)),
    ticket     text not null,
    invited_at timestamptz not null,
    bound_at   timestamptz,
    primary key (shop_id, buyer_id)
);

-- One share a person and product, so that the same link stays the same.
create table shop_sharer_links (
    shop_id    bigint not null,
    buyer_id   bigint not null,
    product_id bigint not null,
    share_id   bigint not null,
    primary key (shop_id, buyer_id, product_id)
);

create index shop_sharer_links_share on shop_sharer_links (shop_id, share_id);

create table shop_sharer_orders (
    shop_id    bigint not null,
    order_id   bigint not null,
    line       smallint not null,
    buyer_id   bigint not null,
    product_id bigint not null,
    sku_id     bigint not null,
    surface    smallint not null,
    content_id bigint not null,
    promoter_id bigint not null,
    paid_at    timestamptz not null,
    primary key (shop_id, order_id, line)
);
create index shop_sharer_orders_when on shop_sharer_orders (shop_id, paid_at, order_id);

-- --- accounts that cooperate with a shop ----------------------------------------------------------

create table cooperations (
    shop_id     bigint not null,
    sharer_id   text not null check (length(sharer_id) between 1 and 64),
    sharer_type smallint not null check (sharer_type in (2, 3)),
    name        text not null check (length(name) <= 64),
    state       smallint not null check (state in (1, 2, 3, 4, 6, 7)),
    ticket      text not null,
    invited_at  timestamptz not null,
    expires_at  timestamptz not null,
    bound_at    timestamptz,
    unbound_at  timestamptz,
    rejected_at timestamptz,
    cancelled_at timestamptz,
    primary key (shop_id, sharer_id, sharer_type)
);
create index cooperations_account on cooperations (sharer_id, shop_id);

-- What an account uploaded for one of its users.
create table account_files (
    owner_id bigint not null,
    file_id  bigint not null,
    openid   text not null check (length(openid) <= 64),
    url      text not null,
    kept_at  timestamptz not null,
    primary key (owner_id, file_id)
);
create index account_files_openid on account_files (owner_id, openid, file_id desc);
