"""Money asked for and given back, through channels.

Owns    payments of subjects (by kind and id), refunds, the cashier, the sandbox gateway.
Offers  charging, closing, refunding, for many at once; what was paid for a subject.
Tells   PaymentTaken, RefundDone, RefundFailed: each once, however often a gateway notifies.
Not     postings (settlement), what a payment means to its subject (whoever charged for it).
"""
