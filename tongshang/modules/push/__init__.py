"""What a shop is told: facts of the rooms below, as events of the wire.

Owns    addresses of receivers, the journal of pushes with a sequence a shop, their delivery.
Offers  addresses set in bulk and read, pushes written to the journal.
Tells   nothing.
Not     what happened: that is the other rooms' to say.
"""
