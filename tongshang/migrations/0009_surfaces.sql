-- What promoters publish, the cards in it, and what buyers touched (reference sections 3.7, 4.3).

create table contents (
    content_id   bigint primary key,
    promoter_id  bigint not null,
    kind         smallint not null check (kind in (1, 2, 3)),
    title        text not null check (length(title) between 1 and 64),
    cover_url    text not null,
    media        jsonb not null,
    blocks       jsonb not null,
    state        smallint not null check (state in (1, 2)),
    published_at timestamptz not null,
    changed_at   timestamptz not null
);
create index contents_of_promoter on contents (promoter_id, content_id);
create index contents_feed on contents (content_id) where state = 1;

create table content_cards (
    content_id bigint not null,
    position   smallint not null check (position between 0 and 199),
    shop_id    bigint not null,
    product_id bigint not null,
    primary key (content_id, position)
);

-- The last promoter by whose card a buyer came to a product.
create table touches (
    buyer_id    bigint not null,
    product_id  bigint not null,
    shop_id     bigint not null,
    promoter_id bigint not null check (promoter_id > 0),
    content_id  bigint not null,
    scene       smallint not null check (scene between 1 and 6),
    at          timestamptz not null,
    primary key (buyer_id, product_id)
);

-- Every opening of a card; buyer_id 0: nobody had signed in.
create table clicks (
    promoter_id bigint not null,
    click_id    bigint not null,
    shop_id     bigint not null,
    product_id  bigint not null,
    content_id  bigint not null,
    scene       smallint not null check (scene between 1 and 6),
    buyer_id    bigint not null,
    at          timestamptz not null,
    primary key (promoter_id, click_id)
);
