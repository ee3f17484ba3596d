-- Audits of what shops offer, and how often a shop may submit.

create table audits (
    shop_id      bigint not null,
    audit_id     bigint not null,
    subject_kind text not null,
    subject_id   bigint not null,
    state        text not null check (state in ('submitted', 'passed', 'rejected', 'withdrawn')),
    reasons      text[] not null,
    submitted_at timestamptz not null,
    decided_at   timestamptz,
    primary key (shop_id, audit_id),
    check ((state = 'submitted') = (decided_at is null))
);
create index audits_of_subject on audits (shop_id, subject_kind, subject_id, audit_id);
-- One thing is in one audit at a time.
create unique index audits_running on audits (shop_id, subject_kind, subject_id)
    where state = 'submitted';

create table quota_uses (
    shop_id   bigint not null,
    kind      text not null,
    hour_at   timestamptz not null,
    hour_used integer not null,
    day_at    timestamptz not null,
    day_used  integer not null,
    primary key (shop_id, kind)
);
