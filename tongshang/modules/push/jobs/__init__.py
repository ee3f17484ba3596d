"""What push does after the commit."""
