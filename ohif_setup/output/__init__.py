"""The artefacts of a site as text. The only importer of jinja2; nothing here writes."""
