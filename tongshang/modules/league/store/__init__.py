"""The alliance in the database."""
