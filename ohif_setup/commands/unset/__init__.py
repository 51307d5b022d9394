"""`unset`: takes answers out of their file, so that their defaults hold again, and regenerates."""
