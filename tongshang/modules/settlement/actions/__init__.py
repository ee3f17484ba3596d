"""The steps of money: taken in, divided, given back, told, withdrawn."""
