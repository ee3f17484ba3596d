-- The leanest way we know: the same rows by two calls of plpgsql, a transaction each; the payment
-- is written as paid at once, and the rows that many wait for are touched last.
\set n :n + 1
\set base :n * 1000 + :client_id
\set shop random(1, :shops)
\set sku random(1, :skus)
\set buyer random(1, 2000)
select place_order(:shop, :sku, :buyer, :base);
select pay_order(:shop, :buyer, :base);
