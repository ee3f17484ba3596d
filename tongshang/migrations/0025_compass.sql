-- What happened to atoms on surfaces, and the sums made of it (reference section 12; docs/events.md).

-- The log: written once, never changed but for `visit_id`, which a visit without consent loses when
-- its day is closed. A partition is a day in China; partitions are made ahead and dropped by age.
create table events (
    at         timestamptz not null,
    load_id    bigint not null,
    shop_id    bigint not null,
    product_id bigint not null,
    content_id bigint not null,
    carrier_id bigint not null,
    share_id   bigint not null,
    visit_id   bigint not null,
    buyer_id   bigint not null,
    order_id   bigint not null,
    amount_fen bigint not null,
    count      integer not null check (count >= 0),
    kind       smallint not null check (kind between 1 and 14),
    mark       smallint not null check (mark between 0 and 5),
    surface    smallint not null check (surface >= 0),
    position   integer not null check (position >= 0),
    consent    boolean not null,
    check (amount_fen = 0 or kind in (7, 8, 9, 10))
) partition by range (at);
create index events_of_load on events (load_id);

-- What was written together and is not in the sums yet; `since` and `until` hold its events' times.
create table event_loads (
    load_id  bigint primary key,
    since    timestamptz not null,
    until    timestamptz not null,
    forged   integer not null,
    unknown  integer not null,
    flooding integer not null
);

-- A client's batch, answered once: forgotten after two days.
create table event_batches (
    batch    uuid primary key,
    at       timestamptz not null,
    accepted integer not null,
    rejected integer not null
);
create index event_batches_by_age on event_batches (at);

-- What was counted within half an hour: the same visit, card and kind again is a double.
create table event_twins (
    day  date not null,
    twin bigint not null,
    primary key (day, twin)
) partition by range (day);

-- The sums, each owner first. `events` are counted events, `pieces` their counts.
create table event_hours (
    shop_id    bigint not null,
    hour       timestamptz not null,
    surface    smallint not null,
    kind       smallint not null,
    events     bigint not null,
    pieces     bigint not null,
    amount_fen bigint not null,
    primary key (shop_id, hour, surface, kind)
);

create table event_days (
    shop_id    bigint not null,
    day        date not null,
    product_id bigint not null,
    content_id bigint not null,
    carrier_id bigint not null,
    surface    smallint not null,
    kind       smallint not null,
    events     bigint not null,
    pieces     bigint not null,
    amount_fen bigint not null,
    primary key (shop_id, day, product_id, content_id, carrier_id, surface, kind)
);
create index event_days_by_day on event_days (day, kind);

-- The same by promoter: what the contents and cards of one did, in all shops.
create table carrier_days (
    carrier_id bigint not null,
    day        date not null,
    shop_id    bigint not null,
    product_id bigint not null,
    content_id bigint not null,
    surface    smallint not null,
    kind       smallint not null,
    events     bigint not null,
    pieces     bigint not null,
    amount_fen bigint not null,
    primary key (carrier_id, day, shop_id, product_id, content_id, surface, kind)
);

create table content_totals (
    content_id bigint not null,
    kind       smallint not null,
    events     bigint not null,
    pieces     bigint not null,
    primary key (content_id, kind)
);

create table product_totals (
    shop_id    bigint not null,
    product_id bigint not null,
    kind       smallint not null,
    events     bigint not null,
    pieces     bigint not null,
    amount_fen bigint not null,
    primary key (shop_id, product_id, kind)
);

-- How many events of a day were counted, passed over (by mark) or not taken at all (by reason).
create table event_intake (
    day    date not null,
    what   text not null,
    events bigint not null,
    primary key (day, what)
);

-- How many people a day had, counted once when it is over. 0 for product or surface: of all.
create table event_visitors (
    shop_id    bigint not null,
    day        date not null,
    product_id bigint not null,
    surface    smallint not null,
    kind       smallint not null,
    visitors   bigint not null,
    primary key (shop_id, day, product_id, surface, kind)
);

create table event_closed (
    day       date primary key,
    closed_at timestamptz not null
);

create table event_settings (
    name  text primary key,
    value integer not null
);
comment on table event_settings is 'reference in use: how many days of events are kept';
