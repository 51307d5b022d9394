"""From a configuration to answers, and what of it stays by hand."""
