"""`diff`: what a regeneration would do, and why: the answers changed, someone edited a file, the tool is newer."""
