"""Steps of the alliance that more than one caller needs."""
