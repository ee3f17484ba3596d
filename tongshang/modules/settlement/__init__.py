"""What becomes of the buyers' money: taken in, divided, given back.

Owns    settlements, shares, funds flows, promoters' commission orders; every posting of the trade.
Offers  settling what is due; balances in words.
Tells   an order was settled.
Not     charging and refunding (payment), accounts and their arithmetic (ledger).
"""
