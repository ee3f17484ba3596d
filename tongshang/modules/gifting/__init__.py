"""Gifts (送礼物): one pays, another receives (reference section 5).

Owns presents and their portions, draws, wishes, shops' activities of giving, present aftersales.
Offers presents to rooms above, and which orders a present's payment was for.
Tells that presents were paid, opened, claimed, declined, expired, ended, and thanked for.
Not the orders that portions are (ordering), nor money (payment, settlement).
"""
