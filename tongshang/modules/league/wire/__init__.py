"""The alliance as programs see it."""
