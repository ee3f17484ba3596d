"""What statements, comparisons and explanations look like to programs."""
