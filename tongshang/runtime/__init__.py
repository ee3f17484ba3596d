"""Machinery with IO. It knows no room."""
