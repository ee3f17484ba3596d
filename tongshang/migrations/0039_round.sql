-- What people allow of events, reminders of live rooms, and how shops arrange their homes.

-- Whether a buyer's name may stand beside what pages saw of him; who said nothing has no row.
create table event_consents (
    buyer_id bigint primary key,
    consents boolean not null,
    said_at  timestamptz not null
);

alter table live_bookings add column seen_at timestamptz;
create index live_bookings_of_buyer on live_bookings (buyer_id, reminded_at)
    where reminded_at is not null;

-- A shop's home: its banner, which goods come first, which are not shown, and its own classes.
create table shop_homes (
    shop_id           bigint primary key,
    banner_url        text not null check (length(banner_url) <= 300),
    banner_product_id bigint not null,
    arranged_at       timestamptz not null
);

create table home_goods (
    shop_id    bigint not null,
    product_id bigint not null,
    -- From 1; hidden goods have none.
    place      smallint check (place between 1 and 50),
    primary key (shop_id, product_id)
);

create table home_classes (
    shop_id  bigint not null,
    class_id smallint not null check (class_id between 1 and 20),
    name     text not null check (length(name) between 1 and 10),
    primary key (shop_id, class_id)
);

create table home_class_goods (
    shop_id    bigint not null,
    class_id   smallint not null,
    product_id bigint not null,
    place      smallint not null check (place between 1 and 200),
    primary key (shop_id, class_id, product_id)
);
