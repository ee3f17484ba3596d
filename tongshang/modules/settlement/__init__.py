"""What becomes of the buyers' money: taken in, divided, given back.

Owns    settlements, shares of all receivers, funds flows, commission orders, who is not in good
        standing; every posting of the trade.
Offers  settling what is due; what parties have, withdrawals from it, and why money moved.
Tells   an order was settled; a receiver's commission order moved.
Not     charging and refunding (payment), accounts and their arithmetic (ledger).
"""
