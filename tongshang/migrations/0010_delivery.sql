-- How goods reach buyers: who carries them, what that costs, where to, and what was sent.

-- Ids and names are facts, transcribed from WeChat's public documentation of the WeChat Store
-- (developers.weixin.qq.com: doc/store/shop/API/ewaybill get_acctdeliverylist and
-- deliverycompanylist_get_new; doc/channels/API/ewaybill get_acctdeliverylist).
create table express_companies (
    delivery_id text primary key check (delivery_id ~ '^[A-Z]{2,10}$'),
    name        text not null,
    model       text not null check (model in ('franchise', 'own', 'direct')),
    ewaybill    boolean not null,
    place       smallint not null unique
);
comment on table express_companies is 'reference: express companies that a shop may send by';

insert into express_companies (place, delivery_id, name, model, ewaybill) values
    ( 1, 'ZTO', '中通', 'franchise', true),
    ( 2, 'YTO', '圆通', 'franchise', true),
    ( 3, 'YUNDA', '韵达', 'franchise', true),
    ( 4, 'JTSD', '极兔', 'franchise', true),
    ( 5, 'STO', '申通', 'franchise', true),
    ( 6, 'SF', '顺丰', 'own', true),
    ( 7, 'JD', '京东', 'own', true),
    ( 8, 'EMS', '中国邮政', 'own', true),
    ( 9, 'CNSD', '菜鸟速递(丹鸟)', 'own', true),
    (10, 'DBKD', '德邦快递', 'own', true),
    (11, 'SXJD', '顺心捷达', 'franchise', true),
    (12, 'ZTOKY', '中通快运', 'franchise', true),
    (13, 'YDKY', '韵达快运', 'franchise', true),
    (14, 'ANEKY', '安能物流', 'franchise', true),
    (15, 'BTWL', '百世快运', 'franchise', true),
    (16, 'KYSY', '跨越速运', 'direct', true),
    (17, 'YMDD', '壹米滴答', 'franchise', false),
    (18, 'RJTCSD', '锐界同城速递', 'direct', true),
    (19, 'ZJS', '宅急送', 'direct', true),
    (20, 'XFEX', '信丰物流', 'franchise', true),
    (21, 'JSD', '吉时达', 'franchise', true);

create table freight_templates (
    shop_id     bigint not null,
    template_id bigint not null,
    name        text not null,
    send_time   text not null check (send_time in (
        'SendTime_FOUR_HOUR', 'SendTime_TWENTYFOUR_HOUR', 'SendTime_FOUTYEIGHT_HOUR'
    )),
    is_default  boolean not null,
    rule        jsonb not null,
    sender      jsonb not null,
    companies   text[] not null,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    primary key (shop_id, template_id)
);
create unique index freight_templates_default on freight_templates (shop_id) where is_default;

create table addresses (
    buyer_id   bigint not null,
    address_id bigint not null,
    name       text not null,
    phone      text not null,
    province   text not null,
    city       text not null,
    county     text not null,
    detail     text not null,
    postcode   text not null,
    is_default boolean not null,
    changed_at timestamptz not null,
    primary key (buyer_id, address_id)
);
create unique index addresses_default on addresses (buyer_id) where is_default;

create table parcels (
    shop_id     bigint not null,
    order_id    bigint not null,
    number      smallint not null check (number > 0),
    delivery_id text not null,
    waybill_id  text not null check (waybill_id ~ '^[A-Za-z0-9-]{1,40}$'),
    lines       smallint[] not null,
    counts      integer[] not null check (cardinality(counts) = cardinality(lines)),
    sent_at     timestamptz not null,
    primary key (shop_id, order_id, number)
);
