"""`check`: checks one site, or many."""
