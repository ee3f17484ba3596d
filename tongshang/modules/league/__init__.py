"""The alliance: what a shop offers promoters for selling its products.

Owns    plans of all kinds, who is named on them, and the square where promoters choose; deals.
Offers  the terms that hold for whoever carries a product, deals struck by them, plans set in bulk.
Tells   nothing: the platform has no events here (reference section 7.2).
Not     who earned what: an order keeps the rate it was placed with, settlement divides.
"""
