"""Prices for a limited time, with a stock of their own (reference section 3.5).

Owns   discounts, discount_skus, discount_buyers
Offers flash_prices, hold, note_taken, start, stop, running_of
Tells  DiscountOpened, DiscountEnded
Not    the pieces set apart for a discount (inventory), or what an order costs (ordering)
"""
