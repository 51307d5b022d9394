"""`import`: from a configuration that exists to answers."""
