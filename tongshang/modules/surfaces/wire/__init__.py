"""Contents, cards and restrictions as people and programs see them."""
