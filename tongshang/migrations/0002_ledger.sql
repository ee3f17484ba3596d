-- The books: one for each shop. Entries and postings are only ever added; a balance is the sum of
-- its account's postings, kept beside them.

create table accounts (
    book_id     bigint not null,
    kind        text collate "C" not null,
    party_id    bigint not null,
    balance_fen bigint not null default 0,
    primary key (book_id, kind, party_id),
    constraint accounts_kind check (
        kind in ('channel', 'shop_pending', 'shop_available', 'platform_fee', 'promoter')
    ),
    constraint accounts_party check ((kind = 'promoter') = (party_id > 0) and party_id >= 0),
    -- What was paid and not settled cannot be spent twice; the others may owe.
    constraint accounts_not_overdrawn check (balance_fen >= 0 or kind <> 'shop_pending')
) with (fillfactor = 70);
create index accounts_by_party on accounts (party_id, kind);

create table entries (
    book_id    bigint not null,
    entry_id   bigint not null,
    cause_kind text not null,
    cause_id   bigint not null,
    mark       bytea not null,
    at         timestamptz not null,
    primary key (book_id, entry_id),
    constraint entries_post_once unique (book_id, cause_kind, cause_id)
);

create table postings (
    book_id      bigint not null,
    entry_id     bigint not null,
    position     smallint not null,
    source_kind  text collate "C" not null,
    source_party bigint not null,
    target_kind  text collate "C" not null,
    target_party bigint not null,
    amount_fen   bigint not null check (amount_fen > 0),
    primary key (book_id, entry_id, position),
    check ((source_kind, source_party) <> (target_kind, target_party))
);
