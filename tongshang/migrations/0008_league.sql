-- What a shop pays promoters for selling a product (reference section 7.2).

create table plans (
    shop_id    bigint not null,
    product_id bigint not null,
    kind       smallint not null check (kind in (1, 2, 3)),
    ratio_ppm  integer not null check (ratio_ppm between 0 and 900000),
    state      smallint not null check (state in (1, 2, 4)),
    begins_at  timestamptz not null,
    ends_at    timestamptz check (ends_at > begins_at),
    added_at   timestamptz not null,
    primary key (shop_id, product_id, kind)
);
comment on column plans.ends_at is 'null: for ever';

-- The square where promoters choose goes over all shops: product ids are in order of time.
create index plans_square on plans (product_id) where kind = 1 and state = 1;
