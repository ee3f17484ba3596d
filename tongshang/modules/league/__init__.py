"""The alliance: what a shop offers promoters for selling its products.

Owns    plans (one of a kind for a product) and the square where promoters choose.
Offers  rates of running normal plans, plans set in bulk.
Tells   nothing: the platform has no events here (reference section 7.2).
Not     who earned what: an order keeps the rate it was placed with, settlement divides.
"""
