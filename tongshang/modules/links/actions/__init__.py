"""Links made and read, things shown to others, forms for other sites; for several at once."""
