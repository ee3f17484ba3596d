-- The demo's own notes: the secrets that it shows to everybody. Empty on a platform in earnest.

create table sandbox_apps (
    party_id bigint not null,
    appid    text not null,
    secret   text not null,
    primary key (party_id, appid)
);
comment on table sandbox_apps is 'reference in use: the demo''s programs, a handful';

create table sandbox_buyers (
    buyer_id bigint primary key,
    token    text not null,
    ends_at  timestamptz not null
);
