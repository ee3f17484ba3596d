"""What everybody gets to see of the books afterwards, and can check.

Owns    closed days and their digests, statements, the channel's files and where they differ.
Offers  proof that a line is in a sealed day, why a fen moved, files to keep.
Not     moving money (settlement, funds); the books themselves (ledger).
"""
