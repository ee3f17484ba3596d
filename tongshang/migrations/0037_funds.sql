-- Money on its way to those who earned it: bank accounts, withdrawals, codes to confirm them.

-- Who a party is by law. Without a row: what is usual for its kind, under its own name.
create table party_subjects (
    party_id        bigint primary key,
    form            text not null check (form in ('company', 'sole_trader', 'person')),
    registered_name text not null check (length(registered_name) between 1 and 128),
    legal_person    text not null,
    named_at        timestamptz not null
);

create table bank_accounts (
    party_id     bigint not null,
    account_id   bigint not null,
    kind         text not null check (kind in ('ACCOUNT_TYPE_BUSINESS', 'ACCOUNT_TYPE_PRIVATE')),
    account_bank text not null,
    shown_bank   text not null,
    address_code text not null,
    branch_id    text not null,
    branch_name  text not null,
    holder       text not null,
    -- The number itself under a key of the house; `masked` is all that is ever shown.
    sealed       bytea not null,
    masked       text not null,
    set_at       timestamptz not null,
    ended_at     timestamptz,
    primary key (party_id, account_id)
);
create unique index bank_accounts_current on bank_accounts (party_id) where ended_at is null;

create table withdrawals (
    party_id      bigint not null,
    withdrawal_id bigint not null,
    state         text not null check (
        state in ('INIT', 'CREATE_SUCCESS', 'SUCCESS', 'FAIL', 'REFUND', 'CLOSE')
    ),
    amount_fen    bigint not null check (amount_fen > 0),
    remark        text not null,
    bank_memo     text not null,
    account_id    bigint not null,
    bank_name     text not null,
    bank_number   text not null,
    ticket        text not null,
    reason        text not null,
    day           date not null,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    primary key (party_id, withdrawal_id)
);
-- Of two at once one is the day's; what nobody confirmed is none.
create unique index withdrawals_once_a_day on withdrawals (party_id, day) where state <> 'CLOSE';
create index withdrawals_by_time on withdrawals (party_id, created_at, withdrawal_id);

-- Who scans a code knows nothing but its ticket: an owner of its own.
create table confirmation_codes (
    ticket     text primary key,
    party_id   bigint not null,
    purpose    text not null check (purpose in ('withdrawal', 'identity')),
    subject_id bigint not null,
    state      smallint not null check (state between 0 and 4),
    scanner    smallint not null check (scanner between 0 and 2),
    made_at    timestamptz not null,
    expires_at timestamptz not null,
    check (state <> 1 or scanner > 0)
);
-- The clock looks across parties.
create index confirmation_codes_due on confirmation_codes (expires_at) where state in (0, 4);

-- A bank sends money back days after it arrived.
alter table transfers add column returned_at timestamptz;
do $$
declare name text;
begin
    for name in
        select conname from pg_constraint
        where conrelid = 'transfers'::regclass and contype = 'c'
          and pg_get_constraintdef(oid) like '%''done''%'
    loop
        execute format('alter table transfers drop constraint %I', name);
    end loop;
end $$;
alter table transfers add constraint transfers_state check (
    state in ('asked', 'failed', 'done', 'given_up', 'returned')
);
alter table transfers add constraint transfers_number check (
    (transaction_id is not null) = (state = 'done') or state = 'returned'
);
alter table transfers add constraint transfers_done check (
    (done_at is not null) = (state in ('done', 'returned'))
);
alter table transfers add constraint transfers_returned check (
    (returned_at is not null) = (state = 'returned')
);

alter table gateway_transfers add column returned_at timestamptz;
alter table gateway_faults drop constraint gateway_faults_kind_check;
alter table gateway_faults add constraint gateway_faults_kind_check check (
    kind in (
        'lose_notice', 'double_notice', 'late_notice', 'fail_refund', 'fail_transfer',
        'return_transfer'
    )
);
