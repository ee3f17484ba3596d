"""What a gift is, and every decision about it: pure."""
