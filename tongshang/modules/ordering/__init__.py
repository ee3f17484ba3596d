"""Orders: what a buyer and a shop agreed on, from the basket to the receipt.

Owns    orders, their lines and moves, which order is whose, carts.
Offers  orders to read and hold; placing, shipping, receiving and cancelling for many;
        marks of running aftersales, refunds and settlements on lines.
Tells   placed, paid, shipped, received, closed, other information changed.
Not     money that moved (payment, settlement), parcels (delivery), aftersale cases.
"""
