"""Plan, render, compare with disk, write. The only importer of jinja2, and the only room that writes."""
