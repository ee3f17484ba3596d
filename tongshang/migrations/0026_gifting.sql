-- Gifts (reference section 5): orders that one person pays and another receives, and what the
-- platform keeps of them.

-- The sub orders of a present are orders. `gift` says of which present, who gives, and how.
alter table orders
    add column gift jsonb,
    drop constraint orders_state_check,
    add constraint orders_state_check check (state in (10, 12, 20, 21, 30, 100, 200, 250)),
    drop constraint orders_order_fen_check,
    -- A shop's own gift costs nobody anything.
    add constraint orders_order_fen_check check (order_fen > 0 or (gift is not null and order_fen = 0));
create index orders_by_present on orders (shop_id, ((gift->>'present_id')::bigint), order_id)
    where gift is not null;

-- Another SKU asked for before the shipment: one request of an order at a time.
create table sku_changes (
    shop_id    bigint not null,
    order_id   bigint not null,
    number     smallint not null,
    line       smallint not null,
    state      smallint not null check (state in (3, 4, 5, 6, 7)),
    old_sku_id bigint not null,
    new_sku_id bigint not null,
    asked_at   timestamptz not null,
    deadline   timestamptz not null,
    ended_at   timestamptz check ((ended_at is null) = (state = 3)),
    primary key (shop_id, order_id, number)
);
create unique index sku_changes_one_waits on sku_changes (shop_id, order_id) where state = 3;
create index sku_changes_waiting on sku_changes (shop_id, asked_at, order_id) where state = 3;
-- The clock looks across shops; what it finds it then holds shop by shop.
create index sku_changes_to_lapse on sku_changes (deadline) where state = 3;

-- Whose money a case of a gift's receiver gives back, and to whom.
alter table aftersales
    add column present_id bigint not null default 0,
    add column giver_id bigint not null default 0,
    add column is_price_hidden boolean not null default false;

-- A flow of a present's payment: of one order, or of all the orders of a group's present.
alter table funds_flows
    add column present_id bigint not null default 0,
    add column present_order_ids text not null default '';
create index funds_flows_by_present on funds_flows (shop_id, present_id) where present_id > 0;

-- A present: what somebody gives, to one person or to some of a group. Its portions are orders.
create table presents (
    shop_id      bigint not null,
    present_id   bigint not null,
    giver_id     bigint not null,
    kind         smallint not null check (kind in (1, 2, 3, 4)),
    state        text not null constraint presents_state check (state in (
        'draft', 'paying', 'scheduled', 'open', 'done', 'returned', 'cancelled'
    )),
    send_type    smallint not null check (send_type between 0 and 6),
    audience     smallint not null check (audience in (0, 1, 2)),
    to_buyer_id  bigint not null,
    chat_id      bigint not null,
    product_id   bigint not null,
    sku_id       bigint not null,
    title        text not null,
    thumb_url    text not null,
    each_fen     bigint not null check (each_fen >= 0),
    portions     integer not null check (portions between 1 and 500),
    amount_fen   bigint not null check (amount_fen = each_fen * portions),
    is_free      boolean not null check (is_free = (amount_fen = 0)),
    message      text not null check (length(message) <= 100),
    hides_price  boolean not null,
    is_on_wall   boolean not null,
    greeting     jsonb,
    activity_id  bigint not null,
    -- What a piece takes of its activity's budget.
    pool_fen     bigint not null check (pool_fen >= 0),
    promoter_id  bigint not null,
    content_id   bigint not null,
    surface      smallint not null,
    campaign     text not null check (length(campaign) <= 64),
    -- The chain: which present brought the giver here, which one began it, how far from it.
    parent_id    bigint not null,
    root_id      bigint not null,
    generation   smallint not null check (generation >= 0),
    made_at      timestamptz not null,
    pay_by       timestamptz not null,
    send_at      timestamptz,
    paid_at      timestamptz,
    sent_at      timestamptz,
    expires_at   timestamptz,
    extended_at  timestamptz,
    reminded_at  timestamptz,
    ended_at     timestamptz,
    updated_at   timestamptz not null,
    -- A draw: the hash of its seed is shown before, the seed after. The nonce makes the seed again
    -- with the platform's secret, so that it lies nowhere until then.
    draw_at      timestamptz,
    drawn_at     timestamptz,
    participants integer not null default 0 check (participants between 0 and 500),
    seed_nonce   bytea,
    seed_hash    bytea,
    seed         bytea,
    primary key (shop_id, present_id),
    check ((kind = 3) = (seed_hash is not null)),
    check ((seed is not null) = (drawn_at is not null))
) with (fillfactor = 80);
create index presents_by_making on presents (shop_id, made_at, present_id);
create index presents_by_change on presents (shop_id, updated_at, present_id);
create index presents_by_activity on presents (shop_id, activity_id, present_id) where activity_id > 0;
create index presents_by_root on presents (shop_id, root_id) where generation > 0;
-- What the clock looks for across shops; what it finds it then holds shop by shop.
create index presents_unpaid on presents (pay_by) where state in ('draft', 'paying');
create index presents_to_send on presents (send_at) where state = 'scheduled';
create index presents_to_expire on presents (expires_at) where state = 'open';
create index presents_to_remind on presents (expires_at)
    where state = 'open' and reminded_at is null;
create index presents_to_draw on presents (draw_at) where state = 'open' and drawn_at is null
    and draw_at is not null;

-- Written with the present and never changed: a chat or a link knows a present by its id alone.
create table present_shops (
    present_id bigint primary key,
    shop_id    bigint not null
);

create table portions (
    shop_id       bigint not null,
    present_id    bigint not null,
    number        smallint not null check (number > 0),
    order_id      bigint not null,
    state         text not null constraint portions_state check (state in (
        'waiting', 'open', 'accepted', 'ordered', 'declined', 'expired', 'recalled',
        'refunded', 'cancelled'
    )),
    named_id      bigint not null default 0,
    receiver_id   bigint not null default 0,
    sku_id        bigint not null,
    claimed_at    timestamptz,
    ended_at      timestamptz,
    aftersale_id  bigint not null default 0,
    is_on_wall    boolean not null default false,
    thanks        text not null default '' check (length(thanks) <= 200),
    thanks_url    text not null default '',
    thanked_at    timestamptz,
    primary key (shop_id, present_id, number)
) with (fillfactor = 80);
-- A user has at most one portion of a present: of two claims at once one finds the other.
create unique index portions_once on portions (shop_id, present_id, receiver_id)
    where receiver_id > 0;
create unique index portions_named_once on portions (shop_id, present_id, named_id)
    where named_id > 0;
create unique index portions_by_order on portions (shop_id, order_id);

create table portion_moves (
    shop_id    bigint not null,
    present_id bigint not null,
    number     smallint not null,
    move       text not null,
    source     text not null,
    target     text not null,
    buyer_id   bigint not null,
    at         timestamptz not null
);
create index portion_moves_of on portion_moves (shop_id, present_id, number);

-- Who gave and who received, for people's own lists: role 1 gave, 2 received or may receive.
create table gift_people (
    buyer_id   bigint not null,
    role       smallint not null check (role in (1, 2)),
    present_id bigint not null,
    shop_id    bigint not null,
    order_id   bigint not null,
    other_id   bigint not null,
    at         timestamptz not null,
    primary key (buyer_id, role, present_id)
);

-- Who takes part in a draw; the number is what is drawn by.
create table gift_participants (
    shop_id    bigint not null,
    present_id bigint not null,
    number     integer not null,
    buyer_id   bigint not null,
    joined_at  timestamptz not null,
    primary key (shop_id, present_id, number),
    unique (shop_id, present_id, buyer_id)
);

-- A portion that was passed on before it was taken, where the platform allows it.
create table gift_passes (
    shop_id    bigint not null,
    present_id bigint not null,
    number     smallint not null,
    step       smallint not null,
    from_id    bigint not null,
    to_id      bigint not null,
    at         timestamptz not null,
    primary key (shop_id, present_id, number, step)
);

-- What goes back to the giver by itself: all portions of a present that ended together.
create table present_aftersales (
    shop_id      bigint not null,
    aftersale_id bigint not null,
    present_id   bigint not null,
    giver_id     bigint not null,
    state        text not null constraint present_aftersales_state check (state in (
        'PLATFORM_REFUNDING', 'MERCHANT_REFUND_SUCCESS', 'PLATFORM_REFUND_FAIL',
        'MERCHANT_REFUND_RETRY_FAIL'
    )),
    cause        text not null check (cause in ('expired', 'declined', 'recalled')),
    amount_fen   bigint not null check (amount_fen > 0),
    tries        smallint not null default 1,
    retry_at     timestamptz,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    primary key (shop_id, aftersale_id),
    check ((retry_at is not null) = (state = 'PLATFORM_REFUND_FAIL'))
);
create index present_aftersales_by_creation on present_aftersales (shop_id, created_at, aftersale_id);
create index present_aftersales_to_retry on present_aftersales (retry_at) where retry_at is not null;

-- A shop's own giving: what is in the pool, how much of it may go out, from when until when.
create table gift_activities (
    shop_id     bigint not null,
    activity_id bigint not null,
    name        text not null,
    is_free     boolean not null,
    state       smallint not null check (state in (1, 2, 4, 5)),
    starts_at   timestamptz not null,
    ends_at     timestamptz not null,
    budget_fen  bigint not null check (budget_fen >= 0),
    spent_fen   bigint not null default 0 check (spent_fen >= 0),
    made_at     timestamptz not null,
    primary key (shop_id, activity_id),
    check (starts_at < ends_at),
    constraint gift_activities_within_budget check (budget_fen = 0 or spent_fen <= budget_fen)
);
create index gift_activities_turning on gift_activities (starts_at, ends_at) where state in (1, 2);

create table gift_pool (
    shop_id     bigint not null,
    activity_id bigint not null,
    sku_id      bigint not null,
    product_id  bigint not null,
    pieces      integer not null check (pieces > 0),
    used        integer not null default 0 check (used between 0 and pieces),
    primary key (shop_id, activity_id, sku_id)
);

-- `idempotent_id` of presentorder/create: the present that it made, and of which request.
create table gift_requests (
    shop_id       bigint not null,
    idempotent_id text not null,
    request_hash  bytea not null,
    present_id    bigint not null,
    primary key (shop_id, idempotent_id)
);

create table gift_wishes (
    buyer_id   bigint not null,
    product_id bigint not null,
    shop_id    bigint not null,
    sku_id     bigint not null,
    note       text not null check (length(note) <= 100),
    wished_at  timestamptz not null,
    primary key (buyer_id, product_id)
);

-- What people are told of their gifts.
create table gift_news (
    buyer_id   bigint not null,
    news_id    bigint not null,
    kind       text not null,
    shop_id    bigint not null,
    present_id bigint not null,
    order_id   bigint not null,
    other_id   bigint not null,
    at         timestamptz not null,
    primary key (buyer_id, news_id)
);

-- The platform's rules of giving, each with its reason; an operator sets them.
create table gift_rules (
    name   text primary key,
    value  bigint not null,
    reason text not null
);
comment on table gift_rules is 'reference: the rules of giving that all shops share';
insert into gift_rules (name, value, reason) values
    ('price_max_fen',          1000000, 'reference section 5.1: a SKU of at most 10,000 yuan'),
    ('merchant_price_max_fen', 2000000, 'reference section 5.3: 20,000 yuan where a shop gives'),
    ('accept_minutes',            1440, 'reference section 5.1: 24 hours to accept'),
    ('extend_minutes',            1440, 'ours: one extension as long as the first time'),
    ('remind_minutes',             120, 'ours: a reminder two hours before the end'),
    ('unpaid_minutes',              30, 'reference section 4.2: as unpaid orders'),
    ('schedule_days',               90, 'ours: a gift is paid at most a season ahead'),
    ('participants_max',           500, 'a group has at most 500 members'),
    ('may_pass_on',                  0, 'reference section 5.1: a gift is not transferable');

create table gift_excluded_categories (
    cat_id bigint primary key,
    reason text not null
);
comment on table gift_excluded_categories is 'reference: whole branches that may not be given';
insert into gift_excluded_categories (cat_id, reason) values
    (10000331, 'reference section 5.1: jewellery (珠宝首饰)'),
    (10000349, 'reference section 5.1: education and training (教育培训)');
