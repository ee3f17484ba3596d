-- Short links and 口令 (reference section 3.7), and who showed what to whom.

-- A code has its link's whole meaning behind it: making the same link again finds the same row.
create table links (
    code        text     primary key check (code ~ '^[A-Za-z][2-9A-Za-z]{8,23}$'),
    kind        smallint not null check (kind between 1 and 5),
    subject_id  bigint   not null,
    shop_id     bigint   not null,
    promoter_id bigint   not null,
    content_id  bigint   not null,
    scene       smallint not null,
    surface     smallint not null,
    share_id    bigint   not null,
    corp_id     text     not null check (length(corp_id) <= 64),
    staff_id    text     not null check (length(staff_id) <= 64),
    made_at     timestamptz not null
);
comment on table links is 'reference in use: a code is all that its finder has';

-- Somebody showed something to others; what was opened from there may be shown on, a depth further.
create table link_shares (
    sharer_id       bigint   not null check (sharer_id > 0),
    share_id        bigint   not null,
    parent_share_id bigint   not null,
    root_share_id   bigint   not null,
    depth           smallint not null check (depth between 1 and 1000),
    kind            smallint not null check (kind between 1 and 5),
    subject_id      bigint   not null,
    shop_id         bigint   not null,
    promoter_id     bigint   not null,
    to_surface      smallint not null,
    at              timestamptz not null,
    primary key (sharer_id, share_id)
);
-- A link says only which share it is, not whose; a chain is walked by its root.
create unique index link_shares_by_id on link_shares (share_id) include (sharer_id, root_share_id, depth);
create index link_shares_of_parent on link_shares (parent_share_id) where parent_share_id > 0;
create index link_shares_of_root on link_shares (root_share_id, depth);

-- Each opening of a shared link by somebody else; buyer_id 0: nobody had signed in.
create table share_openings (
    share_id   bigint      not null,
    opening_id bigint      not null,
    buyer_id   bigint      not null,
    subject_id bigint      not null,
    surface    smallint    not null,
    at         timestamptz not null,
    primary key (share_id, opening_id)
);
create index share_openings_of_buyer on share_openings (buyer_id, subject_id, opening_id)
    where buyer_id > 0;
