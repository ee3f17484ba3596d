"""Values of partners, and what is decided about them without asking anybody."""
