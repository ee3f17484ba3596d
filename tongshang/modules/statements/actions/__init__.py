"""Closing days, making statements, comparing with the channel, explaining."""
