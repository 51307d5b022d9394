"""One file per artefact: its name, and what its template needs. The template has the same stem in `templates/`."""
