"""The ways out of the platform and back: short links, 口令, QR codes, openlinks, and who shared what.

Owns    codes and what they stand for, posters, shares and their openings.
Offers  links and 口令 for cards, shops, contents and gifts; what a pasted text means; share ids.
Tells   LinkShared.
Not     what a card is or whom an opening credits: the surfaces keep that.
"""
