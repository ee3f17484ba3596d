"""What search decides: text, sounds, what a query means, what a document says, what comes first."""
