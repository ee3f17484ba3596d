-- What a shop is told of its business (reference section 13).

-- 1 asked: to be verified; 2 in use; 3 refused: it did not answer as it should.
create table push_targets (
    shop_id    bigint not null,
    state      smallint not null check (state in (1, 2, 3)),
    target_id  bigint not null,
    url        text not null check (length(url) <= 512),
    token      text not null,
    aes_key    text not null check (length(aes_key) = 43),
    mode       text not null check (mode in ('secure', 'plain')),
    is_on      boolean not null,
    appid      text not null,
    error      text not null,
    changed_at timestamptz not null,
    primary key (shop_id, state)
);

create table push_counters (
    shop_id  bigint primary key,
    last_seq bigint not null check (last_seq > 0)
);

-- 1 waiting, 2 delivered, 3 dead, 4 kept: there was nowhere to send it to.
create table pushes (
    shop_id      bigint not null,
    seq          bigint not null check (seq > 0),
    push_id      bigint not null,
    event        text not null,
    body         text not null,
    state        smallint not null check (state in (1, 2, 3, 4)),
    round        integer not null default 0,
    attempts     integer not null default 0 check (attempts between 0 and 10),
    error        text not null default '',
    told_at      timestamptz not null,
    delivered_at timestamptz,
    primary key (shop_id, seq)
);
comment on column pushes.round is 'how often it was replayed: a job of an earlier round is void';
create index pushes_open on pushes (shop_id, state, seq) where state in (1, 3);
