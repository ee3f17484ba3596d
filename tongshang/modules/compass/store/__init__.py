"""All SQL of compass."""
