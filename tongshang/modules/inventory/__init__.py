"""How many of each SKU can be sold.

Owns   stocks, stock_flows
Offers open_stocks, lock, move, set_stocks, stocks_of, stocks_of_keys,
       stocks_of_products, left_of, flows_of
Tells  StockTurned
Not    what a SKU is or whether it is on sale (catalog, which stands above and has the stock calls)
"""
