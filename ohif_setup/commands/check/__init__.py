"""`check` of one site and of many."""
