"""Red packets (红包): money that one person puts into a chat and others take out of it.

Owns red packets, their portions, and what of them goes back to who sent them.
Tells nothing to rooms above.
Not the money's way in and out (payment), nor the chats it is shown in (social).
"""
