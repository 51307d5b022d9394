"""`unset`: removes answers from their file, so that the defaults apply again, and regenerates."""
