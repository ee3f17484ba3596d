"""Requests and answers of gifts: names and codes from outside stop here."""
