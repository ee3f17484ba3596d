"""What settlement decides, and the values it decides with; pure."""
