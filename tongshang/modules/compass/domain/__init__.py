"""What compass knows of events: what they are, which count, what they add up to."""
