"""How people find: the feed, whom they follow, what they keep and looked at; homes of creators, shops.

Owns    posts (a line for all that may be found), follows, saved items, history, places, choices.
Offers  follows and kept items in bulk, followers counted.
Tells   nothing.
Not     what a content or product is (surfaces, catalog), words searched for (search).
"""
