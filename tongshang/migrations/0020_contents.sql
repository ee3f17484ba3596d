-- Contents with a life of their own, cards that know where they stand, videos, and what the
-- operator bars from which surface (reference sections 3.7, 4.3, 16).

-- --- where a card stood -------------------------------------------------------------------------

alter table touches
    add column surface  smallint not null default 0 check (surface between 0 and 19),
    add column position integer not null default 0 check (position between 0 and 65535),
    add column share_id bigint not null default 0;

alter table clicks
    add column surface  smallint not null default 0 check (surface between 0 and 19),
    add column position integer not null default 0 check (position between 0 and 65535),
    add column share_id bigint not null default 0;

alter table order_lines
    add column surface  smallint not null default 0 check (surface between 0 and 19),
    add column position integer not null default 0 check (position between 0 and 65535),
    add column share_id bigint not null default 0;

-- --- contents -----------------------------------------------------------------------------------

drop index contents_of_promoter;
drop index contents_feed;
alter table contents rename column promoter_id to author_id;
alter table contents
    drop constraint contents_kind_check,
    drop constraint contents_state_check,
    alter column published_at drop not null,
    add column author_kind text not null default 'promoter',
    add column version integer not null default 1 check (version > 0),
    add column publish_at timestamptz,
    add column made_at timestamptz,
    add constraint contents_kind_check check (kind in (1, 2, 3, 4)),
    add constraint contents_state_check check (state in (1, 2, 3, 4)),
    add constraint contents_author_kind_check check (author_kind in ('promoter', 'shop')),
    add constraint contents_published_check check (state <> 1 or published_at is not null),
    add constraint contents_publish_at_check check ((state = 4) = (publish_at is not null));
update contents set made_at = published_at;
alter table contents alter column made_at set not null, alter column author_kind drop default;
create index contents_of_author on contents (author_id, content_id);
create index contents_shown_of_author on contents (author_id, published_at, content_id)
    where state = 1;
create index contents_feed on contents (published_at, content_id) where state = 1;
create index contents_due on contents (publish_at) where state = 4;
create index content_cards_of_product on content_cards (shop_id, product_id, content_id);

-- What a content said at each saving; the newest is what it says now.
create table content_versions (
    content_id bigint not null,
    version    integer not null check (version > 0),
    title      text not null,
    cover_url  text not null,
    media      jsonb not null,
    blocks     jsonb not null,
    saved_at   timestamptz not null,
    primary key (content_id, version)
);
insert into content_versions (content_id, version, title, cover_url, media, blocks, saved_at)
select content_id, version, title, cover_url, media, blocks, changed_at from contents;

-- --- videos -------------------------------------------------------------------------------------

create table videos (
    owner_id bigint not null,
    name     text not null check (name ~ '^[0-9a-f]{64}\.mp4$'),
    media_id bigint not null,
    width    integer not null check (width > 0),
    height   integer not null check (height > 0),
    millis   integer not null check (millis > 0),
    bytes    integer not null check (bytes > 0),
    kept_at  timestamptz not null,
    primary key (owner_id, name)
);

-- --- restrictions -------------------------------------------------------------------------------

-- A product barred from a scene, from `set_at` until it was lifted.
create table restrictions (
    shop_id    bigint not null,
    product_id bigint not null,
    scene      smallint not null check (scene between 1 and 10),
    source     smallint not null check (source between 1 and 8),
    reason     text not null check (length(reason) between 1 and 200),
    set_by     bigint not null,
    set_at     timestamptz not null,
    lifted_by  bigint not null default 0,
    lifted_at  timestamptz,
    primary key (shop_id, product_id, scene, set_at)
);
create unique index restrictions_running on restrictions (shop_id, product_id, scene)
    where lifted_at is null;
create index restrictions_by_time on restrictions (set_at, shop_id, product_id, scene);

-- The same, where orders and cards read it with what else they read of a product: bit n is scene n.
alter table products add column barred integer not null default 0 check (barred >= 0);
