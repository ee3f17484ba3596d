"""Money on its way to those who earned it: their bank accounts, and what they withdraw.

Owns    bank accounts, withdrawals, confirmation codes; the list of banks.
Offers  withdrawals of a party, and its own bank account, masked.
Tells   an account was changed, a withdrawal or a confirmation code moved on.
Not     who is owed what, and every posting (settlement); the way to the bank (payment).
"""
