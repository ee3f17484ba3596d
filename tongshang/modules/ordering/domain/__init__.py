"""Values of orders, and what is decided about them without asking anybody."""
