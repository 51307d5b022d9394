"""A person at a terminal gives answers. The only importer of questionary."""
