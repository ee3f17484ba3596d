create function place_order(shop bigint, sku bigint, buyer bigint, base bigint) returns void
language plpgsql as $$
declare
    new_order constant bigint := 3700000000000000000 + base;
    offer record;
    home jsonb;
    left_over bigint;
begin
    select s.product_id, p.title, s.thumb_url, s.attrs, s.sku_code, s.price_fen,
           s.market_price_fen, c.fee_ppm, c.confirm_receipt_days, p.freight_template_id
    into strict offer
    from skus s
    join products p on p.shop_id = s.shop_id and p.product_id = s.product_id
    join categories c on c.cat_id = p.cat_id
    where s.shop_id = shop and s.sku_id = sku and p.status = 5 and s.status = 5;
    perform promoter_id from touches
    where buyer_id = buyer and product_id = offer.product_id and at >= now() - interval '15 days';
    select jsonb_build_object(
        'name', name, 'phone', phone, 'province', province, 'city', city, 'county', county,
        'detail', detail, 'postcode', postcode
    ) into strict home from addresses where buyer_id = buyer and address_id = 1;
    perform rule from freight_templates
    where shop_id = shop and template_id = offer.freight_template_id;
    insert into orders (shop_id, order_id, buyer_id, state, goods_fen, freight_fen, order_fen,
                        address, notes, scene, receipt_days, placed_at, expires_at, updated_at)
    values (shop, new_order, buyer, 10, offer.price_fen, 800, offer.price_fen + 800, home, '', 1,
            offer.confirm_receipt_days, now(), now() + interval '30 minutes', now());
    insert into order_lines (shop_id, order_id, line, product_id, sku_id, sku_code, title, thumb_url,
                             attrs, count, sale_price_fen, market_price_fen, paid_fen, freight_fen,
                             fee_ppm, promoter_id, commission_ppm, content_id, scene)
    values (shop, new_order, 1, offer.product_id, sku, offer.sku_code, offer.title,
            offer.thumb_url, convert_from(offer.attrs, 'UTF8')::jsonb, 1, offer.price_fen,
            offer.market_price_fen, offer.price_fen, 800, offer.fee_ppm, 0, 0, 0, 1);
    insert into buyer_orders (buyer_id, order_id, shop_id) values (buyer, new_order, shop);
    insert into jobs (bucket, job_id, kind, body, run_at)
    values (shop % 32, 2 * base, 'push.hear', convert_to(format(
        '["OrderPlaced",{"shop_id":%s,"order_id":%s,"buyer_id":%s,"at":"%s"}]',
        shop, new_order, buyer, now()), 'UTF8'), now());
    update stocks set available = available - 1
    where shop_id = shop and sku_id = sku and available >= 1
    returning available into strict left_over;
    insert into stock_flows (shop_id, sku_id, product_id, op, beginning, ending, order_id, at,
                             flow_id)
    values (shop, sku, offer.product_id, 4, left_over + 1, left_over, new_order, now(), base);
end $$;

create function pay_order(shop bigint, buyer bigint, base bigint) returns void
language plpgsql as $$
declare
    paid_order constant bigint := 3700000000000000000 + base;
    prepay constant text := 'wx202611221837010dfa09c63a5f80001d' || base;
    transaction constant text := '420001122' || base;
    fen bigint;
    placed timestamptz;
    balance bigint;
begin
    update orders
    set state = 20, moves = moves + 1, updated_at = now(), payment_id = base,
        transaction_id = transaction, paid_at = now(), prepay_id = prepay, prepaid_at = now()
    where shop_id = shop and order_id = paid_order and buyer_id = buyer and state = 10
    returning order_fen, placed_at into strict fen, placed;
    insert into payments (shop_id, payment_id, subject_kind, subject_id, buyer_id, amount_fen,
                          channel, prepay_id, state, transaction_id, created_at, paid_at, looked_at)
    values (shop, base, 'order', paid_order, buyer, fen, 'sandbox', prepay, 'paid', transaction,
            now(), now(), now());
    insert into gateway_charges (shop_id, out_trade_no, prepay_id, total_fen, transaction_id,
                                 trade_state, success_at)
    values (shop, base, prepay, fen, transaction, 'SUCCESS', now());
    insert into order_moves (shop_id, order_id, number, move, source, target, at)
    values (shop, paid_order, 1, 'pay', 10, 20, now());
    insert into settlements (shop_id, order_id, state, order_state, placed_at, paid_at, paid_fen)
    values (shop, paid_order, 1, 20, placed, now(), fen);
    insert into jobs (bucket, job_id, kind, body, run_at)
    values (shop % 32, 2 * base + 1, 'push.hear', convert_to(format(
        '["OrderPaid",{"shop_id":%s,"order_id":%s,"buyer_id":%s,"pay_fen":%s,"paid_at":"%s","placed_at":"%s"}]',
        shop, paid_order, buyer, fen, now(), placed), 'UTF8'), now());
    insert into entries (book_id, entry_id, cause_kind, cause_id, mark, at)
    values (shop, base, 'payment', base, '\x6b59999e434e497dc9d0577d85c03142', now());
    insert into postings (book_id, entry_id, position, source_kind, source_party, target_kind,
                          target_party, amount_fen)
    values (shop, base, 0, 'channel', 0, 'shop_pending', 0, fen);
    update accounts set balance_fen = balance_fen - fen
    where book_id = shop and kind = 'channel' and party_id = 0;
    update accounts set balance_fen = balance_fen + fen
    where book_id = shop and kind = 'shop_pending' and party_id = 0
    returning balance_fen into strict balance;
    insert into funds_flows (shop_id, flow_id, funds_type, flow_type, amount_fen, balance_fen, at,
                             order_id, transaction_id, cause_kind, cause_id)
    values (shop, base, 1, 1, fen, balance, now(), paid_order, transaction, 'payment', base);
end $$;
