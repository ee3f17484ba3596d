"""Steps that endpoints, jobs and reactions share, each for a sequence of presents.

Locks go one way: presents, then the orders that their portions are, then stock, then payments.
"""
