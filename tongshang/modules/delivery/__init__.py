"""How goods reach buyers.

Owns    express companies, freight templates, buyers' addresses, parcels.
Offers  addresses, freight by the receiver's place, sending parcels, masking of personal data.
Not     when an order may be shipped (ordering), e-waybills, tracking.
"""
