"""The answers file in the editor."""
