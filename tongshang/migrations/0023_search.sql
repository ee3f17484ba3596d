-- Search: what can be found, the words it is found by, and what people looked for.
--
-- A document is a row; its lexemes are one tsvector under one GIN index, and what it is filtered by
-- are lexemes too. What ranks high has its lexemes a second time, marked "^", so that a word that
-- stands in a quarter of all titles is answered from the few documents that could come first.

-- On several machines it is spread by owner_id (the shop, the author): a search asks all of them for
-- their best few and merges, a change writes to one.
create table search_documents (
    owner_id         bigint not null,
    kind             smallint not null check (kind in (1, 2, 3, 4)),
    subject_id       bigint not null,
    title            text not null,
    names            text not null,
    weak             text not null,
    suggests         text not null,
    tokens           tsvector not null,
    cat_ids          bigint[] not null,
    price_fen        bigint not null check (price_fen >= 0),
    market_price_fen bigint not null check (market_price_fen >= 0),
    sold             bigint not null check (sold >= 0),
    rank             integer not null,
    in_stock         boolean not null,
    fresh_at         timestamptz not null,
    print            bytea not null,
    seen             bigint not null,
    primary key (owner_id, kind, subject_id)
);
-- Two indexes, so that a question for goods never reads what is none. What waits to be sorted in is
-- read by everybody who searches, so it is kept short; without it writing takes seven times as long.
create index search_goods on search_documents using gin (tokens)
    with (gin_pending_list_limit = 512) where kind = 1;
create index search_others on search_documents using gin (tokens)
    with (gin_pending_list_limit = 512) where kind <> 1;
create index search_goods_by_price on search_documents (price_fen, subject_id) where kind = 1;
create index search_goods_by_sold on search_documents (sold, subject_id) where kind = 1;
create index search_goods_by_age on search_documents (fresh_at, subject_id) where kind = 1;

-- Words of documents (1), names of shops (2), titles (3), names of categories (4), popular queries
-- (5): how often each is there, and how it sounds. `slips` are its sound and its letters with one
-- left out: two that share one are a slip apart.
create table search_terms (
    term     text collate "C" not null,
    kind     smallint not null check (kind in (1, 2, 3, 4, 5)),
    weight   bigint not null,
    level    smallint not null, -- how often the weight is doubled: what is indexed seldom changes
    pinyin   text collate "C" not null,
    initials text collate "C" not null,
    loose    text collate "C" not null,
    slips    text[] not null,
    primary key (term, kind)
) with (fillfactor = 80);
comment on table search_terms is 'reference in use: words, which all documents share';
create index search_terms_by_pinyin on search_terms (pinyin);
create index search_terms_by_initials on search_terms (initials);
create index search_terms_by_loose on search_terms (loose) where kind <> 3;
create index search_terms_by_slip on search_terms using gin (slips)
    with (gin_pending_list_limit = 512);
-- Of what begins with one or two characters there is much: the best of it without reading the rest.
create index search_terms_first on search_terms (left(term, 1), level desc);
create index search_terms_two on search_terms (left(term, 2), level desc);
create index search_terms_first_heard on search_terms (left(initials, 1), level desc);
create index search_terms_two_heard on search_terms (left(initials, 2), level desc);
create index search_terms_two_sounding on search_terms (left(pinyin, 2), level desc);

create table search_synonyms (
    group_id bigint primary key,
    words    text[] not null check (cardinality(words) between 2 and 20),
    added_at timestamptz not null
);
comment on table search_synonyms is 'reference in use: groups of words that mean the same';

-- What was asked on which day, once a person or address, of whom only a keyed mark is kept.
create table search_askings (
    day   date not null,
    query text not null check (length(query) between 1 and 60),
    who   bytea not null,
    primary key (query, day, who)
);
create index search_askings_by_day on search_askings (day);

-- What a person looked for, where the person wants it to be remembered.
create table search_recents (
    buyer_id bigint not null,
    query    text not null check (length(query) between 1 and 60),
    at       timestamptz not null,
    primary key (buyer_id, query)
);
create index search_recents_newest on search_recents (buyer_id, at);

create table search_consents (
    buyer_id bigint primary key,
    given_at timestamptz not null
);
