"""Values and decisions of the surfaces."""
