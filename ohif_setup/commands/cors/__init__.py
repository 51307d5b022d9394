"""`cors`: the CORS verdict for any service URL and viewer origin, without an answers file."""
