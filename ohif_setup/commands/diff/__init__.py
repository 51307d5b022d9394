"""`diff`: what `generate` would do, and why: changed answers, hand edits, a newer tool."""
