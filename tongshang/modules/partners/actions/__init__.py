"""Steps of partners that more than one caller needs."""
