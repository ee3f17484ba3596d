"""Partners: what agencies' sharers share, a shop's own people, and accounts that cooperate.

Owns    visits by sharers' links, shop_sharers and their orders, cooperations, account_files.
Offers  nothing yet.
Tells   ShopSharerMoved.
Not     who is bound to whom and paid what (league), nor what a link or a content is.
"""
