"""`set`: changes answers in their file, keeping comments and order, and regenerates."""
