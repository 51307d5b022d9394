"""`import`: turns an existing OHIF configuration into answers."""
