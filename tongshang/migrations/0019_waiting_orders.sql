-- What waits for a shop or its buyers: few of all orders, and counted on every first screen.
create index orders_waiting on orders (shop_id, state) where state in (10, 20, 21);
