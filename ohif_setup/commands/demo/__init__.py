"""`demo`: a full setup and check against servers on this machine."""
