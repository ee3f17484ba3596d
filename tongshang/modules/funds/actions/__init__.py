"""What funds does: setting accounts, asking for money, hearing of the bank."""
