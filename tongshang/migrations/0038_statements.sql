-- Days closed for good: which lines of a book belong to a day, the digest that seals them, and
-- what each account had before and after. Statements are made of these, not of what still moves.

-- Who closes a day looks across books, by time; a block range index costs a posting nothing.
create index entries_by_time on entries using brin (at, entry_id)
    with (pages_per_range = 32, autosummarize = on);

create table closing (
    one         boolean primary key default true check (one),
    -- All days to here are closed in all books.
    through_day date,
    -- Entries with an id before this were seen when their day was closed; later ones may be late.
    seen_id     bigint not null default 0,
    -- The day under way: when it was begun, and the last book of it that is closed.
    begun_id    bigint not null default 0,
    at_book     bigint not null default 0,
    -- All days to here are compared with the channel's files.
    compared_day date
);
comment on table closing is 'reference in use: how far the days of all books are closed';

create table day_digests (
    book_id   bigint not null,
    day       date not null,
    lines     integer not null check (lines > 0),
    root      bytea not null check (length(root) = 32),
    -- The digest of the day of this book before, or zeros: a chain.
    earlier   bytea not null check (length(earlier) = 32),
    digest    bytea not null check (length(digest) = 32),
    closed_at timestamptz not null,
    primary key (book_id, day)
);

create index day_digests_by_day on day_digests (day, book_id);

create table day_leaves (
    book_id      bigint not null,
    day          date not null,
    place        integer not null check (place >= 0),
    entry_id     bigint not null,
    position     smallint not null,
    source_party bigint not null,
    target_party bigint not null,
    leaf         bytea not null check (length(leaf) = 32),
    primary key (book_id, day, place),
    constraint day_leaves_once unique (book_id, entry_id, position)
);
create index day_leaves_of_source on day_leaves (source_party, day, book_id, place)
    where source_party > 0;
create index day_leaves_of_target on day_leaves (target_party, day, book_id, place)
    where target_party > 0;

-- What an account had before and after a day on which it moved. `moved_fen` went between accounts
-- of the same owner in the same book: neither income nor expense.
create table day_balances (
    book_id     bigint not null,
    kind        text collate "C" not null,
    party_id    bigint not null,
    day         date not null,
    opening_fen bigint not null,
    in_fen      bigint not null check (in_fen >= 0),
    out_fen     bigint not null check (out_fen >= 0),
    moved_fen   bigint not null,
    closing_fen bigint not null,
    lines       integer not null check (lines >= 0),
    primary key (book_id, kind, party_id, day),
    constraint day_balances_add_up check (closing_fen = opening_fen + in_fen - out_fen + moved_fen)
);
create index day_balances_of_party on day_balances (party_id, day) where party_id > 0;

create table statements (
    owner_id     bigint not null,
    statement_id bigint not null,
    period       text not null check (period in ('day', 'month')),
    starts       date not null,
    ends         date not null check (ends > starts),
    state        text not null check (state in ('waiting', 'making', 'ready')),
    lines        integer not null check (lines >= 0),
    lines_done   integer not null default 0 check (lines_done between 0 and lines),
    opening_fen  bigint not null,
    in_fen       bigint not null,
    out_fen      bigint not null,
    closing_fen  bigint not null,
    asked_at     timestamptz not null,
    made_at      timestamptz check ((made_at is not null) = (state = 'ready')),
    primary key (owner_id, statement_id),
    constraint statements_once unique (owner_id, period, starts),
    check (closing_fen = opening_fen + in_fen - out_fen)
);

-- The files of a statement, in parts as they were made.
create table statement_files (
    owner_id     bigint not null,
    statement_id bigint not null,
    kind         text not null check (kind in ('csv', 'pdf')),
    part         integer not null check (part >= 0),
    content      bytea not null,
    primary key (owner_id, statement_id, kind, part)
);

-- What the payment channel says it did on a day, and where the books say otherwise.

create table channel_files (
    channel     text not null,
    day         date not null,
    mark        bytea not null,
    rows        integer not null check (rows >= 0),
    in_fen      bigint not null check (in_fen >= 0),
    out_fen     bigint not null check (out_fen >= 0),
    imported_at timestamptz not null,
    primary key (channel, day)
);
comment on table channel_files is 'reference in use: the files of the channels, one for each day';

create table channel_rows (
    book_id    bigint not null,
    kind       text not null check (kind in ('payment', 'refund', 'transfer', 'return')),
    number     bigint not null,
    channel    text not null,
    day        date not null,
    channel_no text not null,
    amount_fen bigint not null check (amount_fen > 0),
    at         timestamptz not null,
    primary key (book_id, kind, number)
);

create table differences (
    book_id       bigint not null,
    difference_id bigint not null,
    channel       text not null,
    day           date not null,
    fault         text not null check (fault in ('missing', 'extra', 'amount')),
    kind          text not null check (kind in ('payment', 'refund', 'transfer', 'return')),
    number        bigint not null,
    channel_no    text not null,
    channel_fen   bigint not null check (channel_fen >= 0),
    books_fen     bigint not null check (books_fen >= 0),
    state         text not null check (state in ('open', 'resolved', 'vanished')),
    note          text not null default '',
    resolved_by   bigint not null default 0,
    found_at      timestamptz not null,
    resolved_at   timestamptz check ((resolved_at is null) = (state = 'open')),
    primary key (book_id, difference_id),
    constraint differences_once unique (book_id, kind, number, fault),
    check ((state = 'resolved') = (note <> ''))
);
create index differences_by_day on differences (day, difference_id);
create unique index differences_by_id on differences (difference_id);
