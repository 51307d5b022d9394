"""The requests of the checks and their answers as observations; nothing here judges the site."""
