"""Requests and answers of partners, by family of the contract."""
