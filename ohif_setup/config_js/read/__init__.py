"""Reads a configuration without running it: the parser, the values, and the names in it."""
