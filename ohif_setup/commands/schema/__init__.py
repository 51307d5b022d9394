"""`schema`: the JSON Schema of the answers file."""
