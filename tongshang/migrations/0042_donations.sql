-- A gift that its receiver gives to a charity of the platform's choice instead of taking it.

alter table accounts drop constraint accounts_kind;
alter table accounts add constraint accounts_kind check (
    kind in ('channel', 'shop_pending', 'shop_available', 'platform_fee', 'promoter', 'packets',
             'agency', 'sharer', 'suspense', 'withdrawing', 'reserve', 'donation')
);
alter table accounts drop constraint accounts_party;
alter table accounts add constraint accounts_party check (
    (kind in ('promoter', 'agency', 'sharer', 'suspense', 'withdrawing', 'donation'))
    = (party_id > 0) and party_id >= 0
);
alter table accounts drop constraint accounts_not_overdrawn;
alter table accounts add constraint accounts_not_overdrawn check (
    balance_fen >= 0
    or kind not in ('shop_pending', 'packets', 'suspense', 'withdrawing', 'donation')
);

alter table portions drop constraint portions_state;
alter table portions add constraint portions_state check (state in (
    'waiting', 'open', 'accepted', 'ordered', 'declined', 'expired', 'recalled', 'donated',
    'refunded', 'cancelled'
));

-- What was given, to whom: a row a portion, for the platform's page and the proof.
create table gift_donations (
    shop_id    bigint not null,
    order_id   bigint not null,
    present_id bigint not null,
    party_id   bigint not null,
    giver_id   bigint not null,
    donor_id   bigint not null,
    amount_fen bigint not null check (amount_fen > 0),
    at         timestamptz not null,
    primary key (shop_id, order_id)
);
create index gift_donations_by_party on gift_donations (party_id, at, order_id);

insert into gift_rules (name, value, reason) values
    ('donation_party_id', 0, 'ours: whose account donated gifts reach; 0: gifts are not donated');
