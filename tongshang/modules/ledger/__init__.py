"""The books: accounts, and the entries that move money between them.

Owns    accounts, entries, postings; a book belongs to a shop and has its id.
Offers  posting what a cause moves, once; balances; the entries of a cause.
Not     why money moves: the rooms above say so, settlement most of all.
"""
