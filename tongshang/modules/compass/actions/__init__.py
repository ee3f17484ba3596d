"""Taking events in, adding them up, closing days."""
