"""`generate`: the short way, where nothing changed, and the full one."""
