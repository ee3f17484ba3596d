"""Tongshang (通商): an open platform for social commerce."""
