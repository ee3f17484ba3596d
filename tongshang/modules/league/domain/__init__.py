"""Values of the alliance, and what is decided about them without asking anybody."""
