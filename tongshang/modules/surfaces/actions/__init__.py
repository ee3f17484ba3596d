"""Steps that endpoints and higher rooms share."""
