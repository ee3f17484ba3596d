"""All statements of discovery: of what may be found, and of what is a buyer's own."""
