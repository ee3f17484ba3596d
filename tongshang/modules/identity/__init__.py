"""Who is who: shops, promoters, the platform and buyers, and how each of them is recognised.

Owns   parties, apps, tokens, token_refreshes, buyers, buyer_sessions, promoter_entries.
Offers callers by token, parties and buyers by id, new parties, apps, buyers and sessions.
Tells  PartyOpened
Not    what a shop may sell (governance), addresses (delivery), accounts of money (ledger).
"""
