-- A person who became a promoter: the party, and the version of the rules that was agreed to.

create table promoter_entries (
    buyer_id  bigint not null primary key,
    party_id  bigint not null,
    rules     integer not null check (rules > 0),
    agreed_at timestamptz not null
);
