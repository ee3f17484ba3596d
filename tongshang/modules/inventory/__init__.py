"""How many of each SKU can be sold.

Owns   stocks, sub_stocks (set apart for limited discounts), stock_flows
Offers open_stocks, lock, move, set_stocks, set_apart, give_back, lock_apart, apart,
       apart_of_products, stocks_of, stocks_of_keys, stocks_of_products, lowest,
       left_of, flows_of
Tells  StockTurned
Not    what a SKU is or whether it is on sale (catalog, which stands above and has the stock calls)
"""
