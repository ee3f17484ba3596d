"""All statements of this room, by what they are about."""
