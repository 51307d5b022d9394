"""CORS: what is asked of a service, the verdict on each request, the fault in words."""
