"""One file per check: look, judge, explain."""
