"""The viewer as browsers get it: its page, its parts, its configuration, its routes."""
