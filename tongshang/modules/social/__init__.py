"""Who knows whom, and what they say to one another.

Owns    contacts, blocks, requests; chats, their members, messages and inboxes; reports, mutes.
Offers  sending into a chat, who are friends, who blocks whom, who is in a chat.
Tells   nothing.
Not     what a card costs (surfaces), who showed what to whom (links), presents (gifting).
"""
