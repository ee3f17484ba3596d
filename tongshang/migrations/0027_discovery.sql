-- What there is to find, in one list; whom and what buyers keep; what they looked at.

-- A line for every content, product and shop that anybody may see. Ids tell what they name, so one
-- column holds them all. `lane`: 1 contents, 2 products, 3 shops. `city` is the author's.
create table posts (
    item_id   bigint primary key,
    lane      smallint not null check (lane in (1, 2, 3)),
    kind      smallint not null check (kind between 1 and 6),
    author_id bigint not null,
    city      text not null,
    at        timestamptz not null
);
create index posts_by_time on posts (lane, at desc, item_id desc);
create index posts_of_author on posts (author_id, lane, at desc, item_id desc);
create index posts_to_follow on posts (author_id, at desc, item_id desc) where lane in (1, 2);
create index posts_in_city on posts (city, at desc, item_id desc) where city <> '';

-- Where shops and creators are, as they say themselves.
create table places (
    party_id bigint primary key,
    province text not null,
    city     text not null check (length(city) between 1 and 30),
    set_at   timestamptz not null
);
comment on table places is 'reference in use: a line a party';

create table follows (
    buyer_id bigint not null,
    party_id bigint not null,
    at       timestamptz not null,
    primary key (buyer_id, party_id)
);
create index follows_by_time on follows (buyer_id, at desc, party_id desc);

create table followers (
    party_id bigint primary key,
    count    bigint not null check (count >= 0)
);

create table saved (
    buyer_id bigint not null,
    item_id  bigint not null,
    lane     smallint not null check (lane in (1, 2, 3)),
    at       timestamptz not null,
    primary key (buyer_id, item_id)
);
create index saved_by_time on saved (buyer_id, at desc, item_id desc);
create index saved_lately on saved (at);

create table looks (
    buyer_id bigint not null,
    item_id  bigint not null,
    lane     smallint not null check (lane in (1, 2, 3)),
    times    integer not null check (times > 0),
    at       timestamptz not null,
    primary key (buyer_id, item_id)
);
create index looks_by_time on looks (buyer_id, at desc, item_id desc);
create index looks_lately on looks (at);

-- What a buyer allows: kept where it is not what everybody begins with.
create table buyer_choices (
    buyer_id         bigint primary key,
    keeps_history    boolean not null,
    shows_purchases  boolean not null,
    changed_at       timestamptz not null
);

-- What buyers who allow it let their friends see; nothing of anybody else is written here.
create table shown_purchases (
    buyer_id   bigint not null,
    product_id bigint not null,
    shop_id    bigint not null,
    at         timestamptz not null,
    primary key (buyer_id, product_id)
);
create index shown_purchases_by_time on shown_purchases (buyer_id, at desc, product_id desc);
create index shown_purchases_lately on shown_purchases (at);

-- What is looked at, kept and bought more than the rest, counted anew every few minutes.
create table hot_items (
    item_id    bigint primary key,
    heat       integer not null check (heat > 0),
    counted_at timestamptz not null
);
create index hot_items_by_heat on hot_items (heat desc, item_id desc);

-- How much each part of the ranking weighs; docs/feed.md says what they mean.
create table feed_weights (
    part   text primary key,
    points integer not null check (points between 0 and 10000)
);
comment on table feed_weights is 'reference: the ranking of the feed, as the operator sets it';
insert into feed_weights (part, points) values
    ('fresh', 400), ('follow', 500), ('friend', 350), ('hot', 300), ('near', 150), ('live', 600),
    ('same_author', 220), ('same_kind', 60), ('half_life_hours', 48);

-- What is there already.
insert into posts (item_id, lane, kind, author_id, city, at)
select content_id, 1, kind, author_id, '', published_at from contents where state = 1;
insert into posts (item_id, lane, kind, author_id, city, at)
select product_id, 2, 5, shop_id, '', created_at from products where status = 5;
insert into posts (item_id, lane, kind, author_id, city, at)
select p.party_id, 3, 6, p.party_id, '', p.opened_at from parties as p
where p.kind = 'shop' and exists (
    select from products as own where own.shop_id = p.party_id and own.status = 5
);
