"""The SQL of the surfaces."""
