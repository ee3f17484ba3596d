-- Who is who: shops, promoters and the platform with their apps and tokens; buyers and their sessions.

create table parties (
    party_id  bigint primary key,
    kind      text not null check (kind in ('shop', 'promoter', 'platform')),
    name      text not null check (length(name) between 1 and 64),
    name_en   text not null,
    intro     text not null,
    icon_url  text not null,
    appid     text not null unique,
    username  text not null unique,
    opened_at timestamptz not null
);
create index parties_by_kind on parties (kind, party_id);
comment on table parties is 'reference in use: few, and every room names them';

create table apps (
    appid            text primary key check (appid ~ '^wx[0-9a-z]{4,40}$'),
    party_id         bigint not null,
    secret_hash      bytea not null,
    calls_per_minute integer not null default 10000 check (calls_per_minute > 0),
    calls_per_day    integer not null default 500000 check (calls_per_day > 0),
    opened_at        timestamptz not null
);
create index apps_by_party on apps (party_id, opened_at);
comment on table apps is 'reference in use: few, and every call by a program looks one up';

create table tokens (
    appid      text not null,
    token_hash bytea not null,
    flow       text not null check (flow in ('plain', 'stable')),
    seed       bytea not null,
    issued_at  timestamptz not null,
    expires_at timestamptz not null,
    is_latest  boolean not null,
    primary key (appid, token_hash)
);
create unique index tokens_latest on tokens (appid, flow) where is_latest;

create table token_refreshes (
    appid        text not null,
    refreshed_at timestamptz not null,
    primary key (appid, refreshed_at)
);

create table buyers (
    buyer_id   bigint primary key,
    nickname   text not null check (length(nickname) between 1 and 64),
    avatar_url text not null,
    openid     text not null,
    joined_at  timestamptz not null
);

create table buyer_sessions (
    buyer_id   bigint not null,
    token_hash bytea not null,
    opened_at  timestamptz not null,
    expires_at timestamptz not null,
    primary key (buyer_id, token_hash)
);
