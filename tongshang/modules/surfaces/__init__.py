"""Where products meet people: articles, videos, live rooms, and the cards in them.

Owns    the one list of surfaces, contents with their versions and cards, signed card links,
        touches (last promoter by buyer and product), clicks.
Offers  cards as they are now (`card_views`), whoever shows them; contents that can be read; card
        tokens made and read; the last touch of a buyer and product.
Tells   ContentPublished, ContentChanged, ContentRemoved, SharedCardOpened.
Not     what a touch earns: the order keeps it, settlement pays.
"""
