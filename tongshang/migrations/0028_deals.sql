-- Who gets what of a sale, as it stood when a link was made: written once, never changed
-- (reference section 7.1). An order's line keeps the id of its deal.

create table deals (
    shop_id    bigint not null,
    deal_id    bigint not null,
    digest     bytea not null,
    product_id bigint not null,
    plan_kind  smallint not null,
    plan_id    bigint not null,
    hands      smallint[] not null,
    parties    bigint[] not null,
    ratios     integer[] not null,
    payers     smallint[] not null,
    made_at    timestamptz not null,
    primary key (shop_id, deal_id),
    unique (shop_id, digest),
    constraint deals_hops check (
        cardinality(hands) between 1 and 5 and cardinality(parties) = cardinality(hands)
        and cardinality(ratios) = cardinality(hands) and cardinality(payers) = cardinality(hands)
    )
);
