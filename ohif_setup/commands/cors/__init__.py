"""`cors`: does a service let a viewer in? For any service URL and viewer origin, without an answers file."""
