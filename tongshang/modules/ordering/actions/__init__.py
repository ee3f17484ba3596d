"""Steps that endpoints, jobs and rooms above share, each for a sequence of orders."""
