"""The text of the answers file: read, edited with comments and order kept, written."""
