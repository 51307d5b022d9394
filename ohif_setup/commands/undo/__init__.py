"""`undo`: takes the last run back, answers and files together; `--redo` does it again."""
