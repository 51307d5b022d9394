"""`set`: changes answers in their file, comments and order kept, and regenerates."""
