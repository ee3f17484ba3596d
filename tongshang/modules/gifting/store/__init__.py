"""All that is written of gifts: for many at once, owner first."""
