-- What a replay has done of a file, so that a killed one goes on where it stopped.

create table replays (
    shop_id  bigint primary key,
    digest   text not null,
    lines_max bigint not null,
    template_id bigint not null,
    unique (digest, lines_max)
);

create table replay_marks (
    shop_id bigint not null,
    day     date not null,
    step    text not null,
    part    integer not null,
    primary key (shop_id, day, step, part)
);

create table replay_skus (
    shop_id    bigint not null,
    code       text not null,
    price_fen  bigint not null,
    product_id bigint not null,
    sku_id     bigint not null,
    primary key (shop_id, code, price_fen)
);

create table replay_buyers (
    shop_id    bigint not null,
    customer   text not null,
    buyer_id   bigint not null,
    address_id bigint not null,
    primary key (shop_id, customer)
);

create table replay_orders (
    shop_id  bigint not null,
    invoice  text not null,
    order_id bigint not null,
    day      date not null,
    primary key (shop_id, invoice)
);

create table replay_refusals (
    shop_id bigint not null,
    day     date not null,
    what    text not null,
    reason  text not null,
    pieces  bigint not null,
    primary key (shop_id, day, what)
);
