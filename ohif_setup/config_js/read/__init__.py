"""What a configuration says: the parser, its values, and the names in it."""
