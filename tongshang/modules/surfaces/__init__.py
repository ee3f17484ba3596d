"""Where products meet people: articles, videos, live rooms, and the cards in them.

Owns    contents, their cards, signed card links, touches (last promoter by buyer and product), clicks.
Offers  the last touch of a buyer and product, touches in bulk, card tokens made and read.
Tells   nothing.
Not     what a touch earns: the order keeps it, settlement pays.
"""
