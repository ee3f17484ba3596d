"""What funds is asked and answers: over the wire, and on our own paths."""
