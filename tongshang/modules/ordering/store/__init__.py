"""What ordering keeps, and how it is read."""
