"""Counting what happened to atoms: by surface, shop, product, content and carrier (罗盘).

Owns    events (daily partitions), their loads and twins, and the sums made of them.
Offers  sold counts, trends, views, funnels; the events of one's own that other rooms record.
Tells   nothing.
Not     judging or paying by what is counted: ranking is discovery's, commission is settlement's.
"""
