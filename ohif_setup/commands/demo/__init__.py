"""`demo`: the whole job against stand-ins of this machine."""
