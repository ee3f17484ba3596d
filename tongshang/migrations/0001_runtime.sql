-- The machinery's own tables: what is true of the platform as a whole, requests answered once,
-- work to do after the commit.

create table platform (
    key   text primary key,
    value text not null
);
comment on table platform is 'reference: settings that every process shares (secret, clock offset)';

create table once (
    owner_id  bigint not null,
    key       text not null check (length(key) between 1 and 128),
    path      text not null,
    body_hash bytea not null,
    reply     bytea not null,
    at        timestamptz not null,
    primary key (owner_id, key)
);
create index once_by_age on once (at);

create table jobs (
    bucket      smallint not null check (bucket between 0 and 31),
    job_id      bigint not null,
    kind        text not null,
    key         text,
    body        bytea not null,
    run_at      timestamptz not null,
    attempts    integer not null default 0,
    leased_until timestamptz,
    dead        boolean not null default false,
    error       text,
    primary key (bucket, job_id)
);
create unique index jobs_once on jobs (bucket, kind, key) where key is not null;
create index jobs_due on jobs (kind, run_at, job_id) where not dead;
create index jobs_dead on jobs (kind, job_id) where dead;

create table periodics (
    name   text primary key,
    ran_at timestamptz not null
);
