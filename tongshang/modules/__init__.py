"""The rooms. Each knows only those on floors below it, and enters them by their doors."""
