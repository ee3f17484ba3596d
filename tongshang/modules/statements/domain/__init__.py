"""What statements are made of, as values and decisions."""
