"""Aftersale: buyers ask money back of a line, shops agree or refuse, time decides for the silent.

Owns    aftersale cases, their moves, which case is whose.
Offers  applying and accepting for many; which orders have a case running; cases to read;
        what waits for a shop today.
Tells   a case moved.
Not     giving the money back (payment), what the order shows (ordering), the books (settlement).
"""
