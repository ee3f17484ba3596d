-- One order at a time, statement by statement: what placing, paying and the notice of the payment
-- read and write. In pgbench's favour the notice is no row of its own and comes in the payment's
-- transaction, the journal of pushes is not written, and nobody asks who the buyer is.
\set n :n + 1
\set base :n * 1000 + :client_id
\set order 3700000000000000000 + :base
\set shop random(1, :shops)
\set sku random(1, :skus)
\set buyer random(1, 2000)
begin;
select s.product_id, p.title, s.thumb_url, convert_from(s.attrs, 'UTF8') as attrs, s.sku_code, s.price_fen, s.market_price_fen, c.fee_ppm, c.confirm_receipt_days, p.freight_template_id, p.status = 5 and s.status = 5 as on_sale from skus s join products p on p.shop_id = s.shop_id and p.product_id = s.product_id join categories c on c.cat_id = p.cat_id where s.shop_id = :shop and s.sku_id = :sku
\gset
select promoter_id, content_id, scene from touches where buyer_id = :buyer and product_id = :product_id and at >= now() - interval '15 days';
select jsonb_build_object('name', name, 'phone', phone, 'province', province, 'city', city, 'county', county, 'detail', detail, 'postcode', postcode) as address from addresses where buyer_id = :buyer and address_id = 1
\gset
select rule from freight_templates where shop_id = :shop and template_id = :freight_template_id;
select available from stocks where shop_id = :shop and sku_id = :sku for update
\gset
insert into orders (shop_id, order_id, buyer_id, state, goods_fen, freight_fen, order_fen, address, notes, scene, receipt_days, placed_at, expires_at, updated_at) values (:shop, :order, :buyer, 10, :price_fen, 800, :price_fen::bigint + 800, :address, '', 1, :confirm_receipt_days, now(), now() + interval '30 minutes', now());
insert into order_lines (shop_id, order_id, line, product_id, sku_id, sku_code, title, thumb_url, attrs, count, sale_price_fen, market_price_fen, paid_fen, freight_fen, fee_ppm, promoter_id, commission_ppm, content_id, scene) values (:shop, :order, 1, :product_id, :sku, :sku_code, :title, :thumb_url, :attrs, 1, :price_fen, :market_price_fen, :price_fen, 800, :fee_ppm, 0, 0, 0, 1);
insert into buyer_orders (buyer_id, order_id, shop_id) values (:buyer, :order, :shop);
update stocks set available = available - 1 where shop_id = :shop and sku_id = :sku;
insert into stock_flows (shop_id, sku_id, product_id, op, beginning, ending, order_id, at, flow_id) values (:shop, :sku, :product_id, 4, :available, :available::bigint - 1, :order, now(), :base);
insert into jobs (bucket, job_id, kind, body, run_at) values (:shop::bigint % 32, 2 * :base::bigint, 'push.hear', convert_to(format('["OrderPlaced",{"shop_id":%s,"order_id":%s,"buyer_id":%s,"at":"%s"}]', :shop::text, :order::text, :buyer::text, now()), 'UTF8'), now());
commit;
begin;
select shop_id from buyer_orders where buyer_id = :buyer and order_id = :order;
select state, order_fen, placed_at from orders where shop_id = :shop and order_id = :order for update
\gset
insert into payments (shop_id, payment_id, subject_kind, subject_id, buyer_id, amount_fen, channel, prepay_id, state, created_at, looked_at) values (:shop, :base, 'order', :order, :buyer, :order_fen, 'sandbox', 'wx202611221837010dfa09c63a5f80001d' || :base::text, 'waiting', now(), now()) on conflict (shop_id, subject_kind, subject_id) where state = 'waiting' do nothing;
insert into gateway_charges (shop_id, out_trade_no, prepay_id, total_fen, transaction_id, trade_state, success_at) values (:shop, :base, 'wx202611221837010dfa09c63a5f80001d' || :base::text, :order_fen, '420001122' || :base::text, 'SUCCESS', now()) on conflict (shop_id, out_trade_no) do nothing;
update orders set prepay_id = 'wx202611221837010dfa09c63a5f80001d' || :base::text, prepaid_at = now() where shop_id = :shop and order_id = :order;
update payments set state = 'paid', transaction_id = '420001122' || :base::text, paid_at = now() where shop_id = :shop and payment_id = :base and state = 'waiting';
update orders set state = 20, moves = moves + 1, updated_at = now(), payment_id = :base, transaction_id = '420001122' || :base::text, paid_at = now() where shop_id = :shop and order_id = :order and state = 10;
insert into order_moves (shop_id, order_id, number, move, source, target, at) values (:shop, :order, 1, 'pay', 10, 20, now());
insert into settlements (shop_id, order_id, state, order_state, placed_at, paid_at, paid_fen) values (:shop, :order, 1, 20, :placed_at, now(), :order_fen) on conflict do nothing;
insert into jobs (bucket, job_id, kind, body, run_at) values (:shop::bigint % 32, 2 * :base::bigint + 1, 'push.hear', convert_to(format('["OrderPaid",{"shop_id":%s,"order_id":%s,"buyer_id":%s,"pay_fen":%s,"paid_at":"%s","placed_at":"%s"}]', :shop::text, :order::text, :buyer::text, :order_fen::text, now(), now()), 'UTF8'), now());
insert into entries (book_id, entry_id, cause_kind, cause_id, mark, at) values (:shop, :base, 'payment', :base, '\x6b59999e434e497dc9d0577d85c03142', now()) on conflict (book_id, cause_kind, cause_id) do nothing;
insert into postings (book_id, entry_id, position, source_kind, source_party, target_kind, target_party, amount_fen) values (:shop, :base, 0, 'channel', 0, 'shop_pending', 0, :order_fen);
update accounts set balance_fen = balance_fen - :order_fen::bigint where book_id = :shop and kind = 'channel' and party_id = 0;
update accounts set balance_fen = balance_fen + :order_fen::bigint where book_id = :shop and kind = 'shop_pending' and party_id = 0 returning balance_fen
\gset
insert into funds_flows (shop_id, flow_id, funds_type, flow_type, amount_fen, balance_fen, at, order_id, transaction_id, cause_kind, cause_id) values (:shop, :base, 1, 1, :order_fen, :balance_fen, now(), :order, '420001122' || :base::text, 'payment', :base);
commit;
