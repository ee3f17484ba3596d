-- Every receiver of a sale: agencies and sharers beside promoters, what each got of a line, what is
-- held back of whom, and what leaves the books for a bank (reference sections 7.1, 9.2, 9.4).

alter table accounts drop constraint accounts_kind;
alter table accounts add constraint accounts_kind check (
    kind in ('channel', 'shop_pending', 'shop_available', 'platform_fee', 'promoter', 'packets',
             'agency', 'sharer', 'suspense', 'withdrawing', 'reserve')
);
alter table accounts drop constraint accounts_party;
alter table accounts add constraint accounts_party check (
    (kind in ('promoter', 'agency', 'sharer', 'suspense', 'withdrawing')) = (party_id > 0)
    and party_id >= 0
);
alter table accounts drop constraint accounts_not_overdrawn;
alter table accounts add constraint accounts_not_overdrawn check (
    balance_fen >= 0 or kind not in ('shop_pending', 'packets', 'suspense', 'withdrawing')
);

-- Of the commission, what agencies get for their service and pass on from there.
alter table shares add column deal_id bigint not null default 0;
alter table shares add column service_fen bigint not null default 0;
alter table shares add column service_back_fen bigint not null default 0;
alter table shares add constraint shares_service check (
    service_fen between 0 and commission_fen and service_back_fen between 0 and service_fen
);

-- Who got what of a line that was sold by a deal: `gross_fen` came to it, `net_fen` stayed, the rest
-- was passed on; `back_fen` of the net came back since. A line without a deal has at most the one
-- receiver that its share names, and no rows here but where that one's part is held.
create table share_parts (
    shop_id   bigint not null,
    order_id  bigint not null,
    line      smallint not null,
    place     smallint not null check (place between 0 and 4),
    hand      smallint not null constraint share_parts_hand check (hand in (1, 2, 3, 4, 5)),
    party_id  bigint not null check (party_id > 0),
    payer     smallint not null check (payer >= -1 and payer < place),
    ratio_ppm integer not null check (ratio_ppm between 0 and 1000000),
    gross_fen bigint not null check (gross_fen >= 0),
    net_fen   bigint not null check (net_fen between 0 and gross_fen),
    back_fen  bigint not null default 0 check (back_fen between 0 and net_fen),
    held      boolean not null default false,
    primary key (shop_id, order_id, line, place)
) with (fillfactor = 90);
create index share_parts_held on share_parts (party_id, shop_id) where held;

-- Withdrawals, and their return (4 and 5), and the agencies' service fee (12).
alter table funds_flows drop constraint funds_flows_funds_type_check;
alter table funds_flows add constraint funds_flows_type check (
    funds_type in (1, 3, 4, 5, 10, 11, 12)
);
alter table funds_flows add column withdrawal_id bigint not null default 0;

-- What came to promoters, agencies and sharers and went from them, in each shop's book: negative
-- where it went. What an account owes is the sum of these, so every debt has its reasons here.
create table party_flows (
    party_id      bigint not null,
    flow_id       bigint not null,
    shop_id       bigint not null,
    funds_type    smallint not null constraint party_flows_type check (funds_type in (4, 5, 10, 12)),
    amount_fen    bigint not null check (amount_fen <> 0),
    at            timestamptz not null,
    order_id      bigint not null default 0,
    line          smallint not null default 0,
    aftersale_id  bigint not null default 0,
    withdrawal_id bigint not null default 0,
    cause_kind    text not null,
    cause_id      bigint not null,
    primary key (party_id, at, flow_id)
);
-- Ids rise, so this one only grows at its end.
create index party_flows_by_id on party_flows (flow_id);

-- What was booked before today: an entry has at most one posting of each promoter.
insert into party_flows (party_id, flow_id, shop_id, funds_type, amount_fen, at, order_id,
                         aftersale_id, cause_kind, cause_id)
select case when p.target_kind = 'promoter' then p.target_party else p.source_party end,
       e.entry_id + 100000000000000000, e.book_id, 10,
       case when p.target_kind = 'promoter' then p.amount_fen else -p.amount_fen end, e.at,
       case when e.cause_kind = 'settlement' then e.cause_id else coalesce(f.order_id, 0) end,
       coalesce(f.aftersale_id, 0), e.cause_kind, e.cause_id
from entries e
join postings p on p.book_id = e.book_id and p.entry_id = e.entry_id
left join funds_flows f on f.shop_id = e.book_id and f.cause_kind = e.cause_kind
     and f.cause_id = e.cause_id and f.funds_type = 3 and e.cause_kind = 'refund'
where 'promoter' in (p.source_kind, p.target_kind);

-- Commission orders of every receiver.
alter table commissions rename column promoter_id to party_id;
alter table commissions add column sku_id bigint not null default 0;
alter table commissions add column hand smallint not null default 1
    constraint commissions_hand check (hand in (1, 2, 3, 4, 5));
alter table commissions add column place smallint not null default 0;
alter table commissions add column deal_id bigint not null default 0;
alter table commissions add column carrier_id bigint not null default 0;
alter table commissions add column sharer_id bigint not null default 0;
alter table commissions add column received_fen bigint not null default 0;
alter table commissions add column updated_at timestamptz;
update commissions c
set carrier_id = c.party_id, received_fen = c.amount_fen, updated_at = coalesce(c.settled_at, c.paid_at),
    sku_id = coalesce((select l.sku_id from order_lines l where l.shop_id = c.shop_id
                       and l.order_id = c.order_id and l.line = c.line), 0);
alter table commissions alter column updated_at set not null;
alter table commissions add constraint commissions_received check (received_fen >= amount_fen);
create index commissions_by_update on commissions (party_id, updated_at, order_id, line);

-- What of a withdrawal comes from which shop's book.
create table withdrawal_parts (
    party_id      bigint not null,
    withdrawal_id bigint not null,
    shop_id       bigint not null,
    kind          text not null check (kind in ('shop_available', 'promoter', 'agency', 'sharer')),
    amount_fen    bigint not null check (amount_fen > 0),
    state         text not null constraint withdrawal_parts_state
                  check (state in ('taken', 'paid', 'back')),
    why           text not null default '',
    at            timestamptz not null,
    primary key (party_id, withdrawal_id, shop_id)
);
create unique index withdrawal_parts_by_id on withdrawal_parts (withdrawal_id, shop_id);

-- Receivers whose money is held: frozen by the operator, or gone.
create table standings (
    party_id bigint primary key,
    standing text not null constraint standings_known check (standing in ('frozen', 'left')),
    reason   text not null,
    since    timestamptz not null
);
comment on table standings is 'reference in use: the few receivers who are not in good standing';
