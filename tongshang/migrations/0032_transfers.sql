-- Money paid out to people: transfers, and the sandbox gateway's own book of them.

create table transfers (
    owner_id       bigint not null,
    transfer_id    bigint not null,
    subject_kind   text not null,
    subject_id     bigint not null,
    payee_id       bigint not null,
    account        text not null,
    amount_fen     bigint not null check (amount_fen > 0),
    channel        text not null,
    state          text not null check (state in ('asked', 'failed', 'done', 'given_up')),
    attempt        smallint not null check (attempt > 0),
    retry_at       timestamptz check ((retry_at is not null) = (state = 'failed')),
    transaction_id text check ((transaction_id is not null) = (state = 'done')),
    asked_at       timestamptz not null,
    done_at        timestamptz check ((done_at is not null) = (state = 'done')),
    looked_at      timestamptz not null,
    primary key (owner_id, transfer_id)
);
create unique index transfers_once on transfers (owner_id, subject_kind, subject_id);
create unique index transfers_by_number on transfers (owner_id, transaction_id)
    where transaction_id is not null;
create index transfers_asked on transfers (looked_at) where state = 'asked';
create index transfers_failed on transfers (retry_at) where state = 'failed';

-- The sandbox gateway's own book of what it paid to people.
create table gateway_transfers (
    owner_id         bigint not null,
    out_bill_no      bigint not null,
    attempt          smallint not null,
    payee_id         bigint not null,
    account          text not null,
    transfer_fen     bigint not null check (transfer_fen > 0),
    transfer_bill_no text not null,
    succeeded        boolean not null,
    updated_at       timestamptz not null,
    primary key (owner_id, out_bill_no)
);

alter table gateway_faults drop constraint gateway_faults_kind_check;
alter table gateway_faults add constraint gateway_faults_kind_check check (
    kind in ('lose_notice', 'double_notice', 'late_notice', 'fail_refund', 'fail_transfer')
);
