"""Requests and answers of orders: names and codes from outside stop here."""
