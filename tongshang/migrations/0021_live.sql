-- Limited-time discounts with a stock of their own (reference sections 3.4 and 3.5), and live rooms.

-- --- stock that is set apart ---------------------------------------------------------------------

-- Pieces of a SKU that only a limited discount sells; the row goes with its end.
create table sub_stocks (
    shop_id     bigint not null,
    sku_id      bigint not null,
    discount_id bigint not null,
    product_id  bigint not null,
    available   bigint not null check (available >= 0),
    primary key (shop_id, sku_id, discount_id)
) with (fillfactor = 70);
create index sub_stocks_of_product on sub_stocks (shop_id, product_id);

-- A move with a discount moved the stock set apart for it (stock_sub_type 2), others the normal one.
alter table stock_flows
    add column discount_id bigint not null default 0,
    drop constraint stock_flows_op_check,
    add constraint stock_flows_op_check check (op in (1, 2, 3, 4, 5, 6, 7));

-- --- limited-time discounts ----------------------------------------------------------------------

create table discounts (
    shop_id         bigint not null,
    discount_id     bigint not null,
    product_id      bigint not null,
    title           text not null check (length(title) <= 50),
    starts_at       timestamptz not null,
    ends_at         timestamptz not null,
    limit_per_buyer integer not null check (limit_per_buyer >= 0),
    -- Stopped by the shop; whether it began or ended by itself tells the clock.
    stopped_at      timestamptz,
    -- Over, and what was left is normal stock again.
    is_over         boolean not null default false,
    is_deleted      boolean not null default false,
    created_at      timestamptz not null,
    primary key (shop_id, discount_id),
    check (ends_at > starts_at)
);
-- One pending or running discount a product.
create unique index discounts_of_product on discounts (shop_id, product_id) where not is_over;
create index discounts_to_end on discounts (ends_at) where not is_over;

create table discount_skus (
    shop_id      bigint not null,
    discount_id  bigint not null,
    sku_id       bigint not null,
    price_fen    bigint not null check (price_fen > 0),
    normal_fen   bigint not null check (normal_fen > price_fen),
    sale_stock   integer not null check (sale_stock > 0),
    is_over      boolean not null default false,
    primary key (shop_id, discount_id, sku_id)
);
create index discount_skus_open on discount_skus (shop_id, sku_id) where not is_over;

-- How many pieces a buyer has of a discount, for its limit.
create table discount_buyers (
    shop_id     bigint not null,
    discount_id bigint not null,
    buyer_id    bigint not null,
    count       integer not null check (count >= 0),
    primary key (shop_id, discount_id, buyer_id)
);

-- By which discount a line was sold, and what that took off all of it.
alter table order_lines
    add column discount_id  bigint not null default 0,
    add column discount_fen bigint not null default 0 check (discount_fen >= 0);

-- --- live rooms ----------------------------------------------------------------------------------

-- A content of kind live room holds title, cover and author; its room holds what happens in it.
create table live_rooms (
    content_id   bigint not null primary key,
    host_id      bigint not null,
    state        smallint not null check (state in (1, 2, 3, 4)),
    starts_at    timestamptz not null,
    began_at     timestamptz,
    ended_at     timestamptz,
    likes        bigint not null default 0 check (likes >= 0),
    comments     integer not null default 0 check (comments >= 0),
    viewers_most integer not null default 0 check (viewers_most >= 0),
    viewers_now  integer not null default 0 check (viewers_now >= 0),
    -- What is being explained, since when.
    explaining   bigint not null default 0,
    created_at   timestamptz not null,
    check ((began_at is not null) = (state in (2, 3))),
    check ((ended_at is not null) = (state = 3))
);
create index live_rooms_of_host on live_rooms (host_id, content_id);
create index live_rooms_open on live_rooms (state, starts_at) where state in (1, 2);
create index live_rooms_ended on live_rooms (ended_at, content_id) where state = 3;

create table live_bookings (
    content_id  bigint not null,
    buyer_id    bigint not null,
    booked_at   timestamptz not null,
    reminded_at timestamptz,
    primary key (content_id, buyer_id)
);

-- Who was there, once each.
create table live_viewers (
    content_id bigint not null,
    buyer_id   bigint not null,
    came_at    timestamptz not null,
    primary key (content_id, buyer_id)
);

create table live_comments (
    content_id bigint not null,
    comment_id bigint not null,
    buyer_id   bigint not null,
    nickname   text not null,
    text       text not null check (length(text) between 1 and 100),
    said_at    timestamptz not null,
    is_removed boolean not null default false,
    primary key (content_id, comment_id)
);

-- Whom a host does not let speak in any of his rooms.
create table live_muted (
    host_id  bigint not null,
    buyer_id bigint not null,
    muted_at timestamptz not null,
    primary key (host_id, buyer_id)
);

create table live_bag (
    content_id bigint not null,
    shop_id    bigint not null,
    product_id bigint not null,
    position   integer not null,
    added_at   timestamptz not null,
    primary key (content_id, product_id)
);

-- When which item was explained: where a replay can jump to.
create table live_marks (
    content_id bigint not null,
    mark_id    bigint not null,
    shop_id    bigint not null,
    product_id bigint not null,
    began_at   timestamptz not null,
    ended_at   timestamptz,
    primary key (content_id, mark_id)
);
create unique index live_marks_open on live_marks (content_id) where ended_at is null;

-- Pictures of a room, some seconds apart, for its replay.
create table live_frames (
    content_id bigint not null,
    second     integer not null check (second >= 0),
    picture    bytea not null,
    primary key (content_id, second)
);

-- What a shop lets a promoter sell at a flash price in a live room, within a limit of time.
create table flash_grants (
    shop_id         bigint not null,
    grant_id        bigint not null,
    promoter_id     bigint not null,
    product_id      bigint not null,
    skus            jsonb not null,
    limit_per_buyer integer not null check (limit_per_buyer >= 0),
    minutes         integer not null check (minutes between 1 and 1440),
    valid_until     timestamptz not null,
    discount_id     bigint not null default 0,
    granted_at      timestamptz not null,
    primary key (shop_id, grant_id)
);
create index flash_grants_of_promoter on flash_grants (promoter_id, grant_id);
