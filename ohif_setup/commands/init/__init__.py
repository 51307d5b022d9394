"""`init`, with a terminal and without."""
