"""The completion script of a shell."""
