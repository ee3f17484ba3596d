"""What engineers of the platform run; nothing in `tongshang` knows it."""
