-- Red packets: money of a person, in a book of the sender's own.

create table packets (
    sender_id   bigint not null,
    packet_id   bigint not null,
    kind        smallint not null check (kind between 1 and 3),
    amount_fen  bigint not null check (amount_fen > 0),
    portions    smallint not null check (portions between 1 and 100),
    greeting    text not null,
    chat_id     bigint not null,
    to_buyer_id bigint not null,
    state       text not null check (state in ('unpaid', 'open', 'empty', 'expired', 'lapsed')),
    taken       smallint not null check (taken between 0 and portions),
    made_at     timestamptz not null,
    paid_at     timestamptz check ((paid_at is null) = (state in ('unpaid', 'lapsed'))),
    expires_at  timestamptz check ((expires_at is null) = (paid_at is null)),
    -- When it lapses unpaid, or what is left of it goes back.
    due_at      timestamptz check ((due_at is null) = (state not in ('unpaid', 'open'))),
    primary key (sender_id, packet_id),
    check ((state = 'empty') = (taken = portions)),
    check (amount_fen between portions and 20000 * portions)
);
create unique index packets_by_id on packets (packet_id);
create index packets_due on packets (due_at) where due_at is not null;

create table packet_parts (
    sender_id  bigint not null,
    packet_id  bigint not null,
    number     smallint not null,
    part_id    bigint not null,
    amount_fen bigint not null check (amount_fen between 1 and 20000),
    opener_id  bigint,
    opened_at  timestamptz check ((opened_at is null) = (opener_id is null)),
    primary key (sender_id, packet_id, number)
);
create unique index packet_parts_by_id on packet_parts (sender_id, part_id);
create unique index packet_parts_one_each on packet_parts (opener_id, packet_id)
    where opener_id is not null;

-- What goes back to the sender; `retry_at` where it could not yet.
create table packet_returns (
    sender_id  bigint not null,
    cause_kind text not null check (cause_kind in ('packet_part', 'packet_left', 'packet_late')),
    cause_id   bigint not null,
    packet_id  bigint not null,
    amount_fen bigint not null check (amount_fen > 0),
    done_at    timestamptz,
    retry_at   timestamptz,
    primary key (sender_id, cause_kind, cause_id),
    check (done_at is null or retry_at is null)
);
create index packet_returns_retry on packet_returns (retry_at) where retry_at is not null;

alter table accounts drop constraint accounts_kind;
alter table accounts add constraint accounts_kind check (
    kind in ('channel', 'shop_pending', 'shop_available', 'platform_fee', 'promoter', 'packets')
);
alter table accounts drop constraint accounts_not_overdrawn;
alter table accounts add constraint accounts_not_overdrawn check (
    balance_fen >= 0 or kind not in ('shop_pending', 'packets')
);

alter table chat_messages drop constraint chat_messages_kind_check;
alter table chat_messages add constraint chat_messages_kind_check check (kind between 1 and 9);
