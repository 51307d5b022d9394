"""`undo`: undoes the last run, answers and files together; `--redo` redoes it."""
