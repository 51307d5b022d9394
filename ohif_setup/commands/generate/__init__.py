"""`generate`: the short path, where nothing changed, and the full one."""
