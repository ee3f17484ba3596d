-- The same market for pgbench, in a second database with the platform's own tables: numbers that
-- can be drawn instead of ids that would have to be looked up, and rows as long as the platform's.
insert into categories (cat_id, parent_id, level, name, fee_ppm, confirm_receipt_days,
                        seven_day_return, floor_price_fen, is_leaf)
values (9003, 9002, 3, '乌龙茶', 50000, 10, true, 0, true);

insert into freight_templates (shop_id, template_id, name, send_time, is_default, rule, sender,
                               companies, created_at, updated_at)
select shop, 1, '全国 8 元', 'SendTime_TWENTYFOUR_HOUR', true,
       '{"by_weight": false, "charges": [{"areas": [], "first": 1, "first_fen": 800, "more": 1}]}',
       '{}', '{}', now(), now()
from generate_series(1, 32) shop;

insert into products (shop_id, product_id, status, edit_status, out_product_id, created_at, title,
                      short_title, picture_url, price_fen, market_price_fen, sku_count, cat_id,
                      freight_template_id)
select shop, sku, 5, 1, '', now(), '武夷岩茶 手工炭焙大红袍 第 ' || sku || ' 号', '大红袍',
       '/media/' || lpad(to_hex(sku), 64, '0') || '.png', 4850 + sku, 6800 + sku, 1, 9003, 1
from generate_series(1, 32) shop, generate_series(1, 1000) sku;

insert into skus (shop_id, sku_id, product_id, status, price_fen, market_price_fen, sku_code, attrs,
                  thumb_url)
select shop_id, product_id, product_id, 5, price_fen, market_price_fen, 'T' || product_id,
       convert_to('[["规格","50 克"]]', 'UTF8'), picture_url
from products;

insert into stocks (shop_id, sku_id, product_id, available)
select shop_id, sku_id, product_id, 10000000 from skus;

insert into addresses (buyer_id, address_id, name, phone, province, city, county, detail, postcode,
                       is_default, changed_at)
select buyer, 1, '林晓', '13800138000', '浙江省', '杭州市', '西湖区', '龙井路 1 号', '310000', true,
       now()
from generate_series(1, 2000) buyer;

insert into accounts (book_id, kind, party_id)
select shop, kind, 0 from generate_series(1, 32) shop, unnest('{channel,shop_pending}'::text[]) kind;

analyze;
