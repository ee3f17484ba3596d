"""What search does: keep the index, and find in it."""
