"""The rules of the place: what may be said and offered, how often, and who decided it when.

Owns   audits, quota_uses, restrictions, and the list of forbidden words.
Offers judging texts, counting submissions, recording audits, barring products from scenes.
Tells  ProductRestricted.
Not    what an audit does to its subject (catalog and others act on the verdict).
"""
